import { parseInstant } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { USERS } from "./definitions.ts";
import { startDoomedWorker } from "./doomed-worker.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { sweepToEnd } from "./jobs.ts";
import type { Backend } from "./parts.ts";
import { applyTable, startIngest, tableReads, tableRows, type AppliedTable } from "./tables.ts";
import { watchReads } from "./watch-reads.ts";

const FAILPOINTS = [
  "after-claim",
  "after-compute",
  "after-put",
  "after-commit-1",
  "mid-push",
  "after-push",
  "after-commit-2",
];
const NOW = parseInstant("2024-01-10T00:00:00Z");
const ASKED = [1, 2, USERS - 1, USERS, USERS + 1];

/** A row of each user on a day, with an amount that an expression gives. */
const rowsOf = (day: number, amount: string): string => `
select user_id, timestamp '2024-01-0${day} 10:00' as ts, (${amount})::bigint as amount
from range(1, ${USERS + 1}) users(user_id)`;

const FIRST = `${rowsOf(3, "3")} union all ${rowsOf(5, "5")}`;
/** Corrects the newest row of every other user, adds an older row, and a newer one for the last. */
const SECOND = `
select user_id, ts, amount from (${rowsOf(5, "50")}) where user_id % 2 = 0
union all ${rowsOf(4, "4")}
union all select ${USERS}, timestamp '2024-01-06 10:00', 60`;

describe.each<Backend>(["postgres", "redis"])("with queue and online store on %s", (backend) => {
  let world: FaultWorld;
  const tables = new Map<string, AppliedTable>();
  const before = ["5", "5", "5", "5", ""];
  const after = ["5", "50", "5", "60", ""];
  const offlineAfter = `${3 * USERS + 1} ${(3 + 4) * USERS + (5 + 50) * (USERS / 2) + 60} 0`;

  beforeAll(async () => {
    world = await openFaultWorld(backend);
    await world.registry.clock.freeze(NOW);
    await using _worker = await world.startWorker();
    for (const failpoint of ["none", ...FAILPOINTS]) {
      const table = await applyTable(world, `table_${failpoint.replaceAll("-", "_")}`);
      tables.set(failpoint, table);
      expect(await sweepToEnd(world, await startIngest(world, table, FIRST))).toMatchObject({ error: null });
      expect(await tableReads(world, table)(ASKED, NOW)).toEqual(before);
    }
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test("a clean ingest changes what both stores hold", async () => {
    const table = tables.get("none")!;
    await using _worker = await world.startWorker();
    const job = await sweepToEnd(world, await startIngest(world, table, SECOND));
    expect(job).toMatchObject({ state: "SUCCESS", attempts: [{ number: 1 }] });
    expect(await tableReads(world, table)(ASKED, NOW)).toEqual(after);
    expect(await tableRows(world, table)).toBe(offlineAfter);
  });

  test.each(FAILPOINTS)(
    "a worker killed %s: nothing is lost, seen half-way, or done twice",
    async (failpoint) => {
      const table = tables.get(failpoint)!;
      const reads = tableReads(world, table);
      await using doomed = await startDoomedWorker(world.config, failpoint);
      const watch = watchReads(() => reads(ASKED, NOW), before, after);
      const job = await startIngest(world, table, SECOND);
      expect(await doomed.death).toBe("SIGKILL");

      await using _healthy = await world.startWorker();
      // One that comes behind the broken one waits for it, and lands.
      const next = await startIngest(
        world,
        table,
        "select 0::bigint as user_id, timestamp '2024-01-07' as ts, 7 as amount",
      );
      const ended = await sweepToEnd(world, job);
      const nextEnded = await sweepToEnd(world, next);
      expect(await watch.stop()).toEqual([]);
      expect([ended.state, nextEnded.state]).toEqual(["SUCCESS", "SUCCESS"]);
      const lost = failpoint === "after-commit-2" ? [] : ["LOST"];
      expect(ended.attempts.map(({ state }) => state)).toEqual([...lost, "SUCCESS"]);
      expect(await reads([...ASKED, 0], NOW)).toEqual([...after, "7"]);
      const [rows, sum, twins] = offlineAfter.split(" ").map(Number);
      expect(await tableRows(world, table)).toBe(`${rows! + 1} ${sum! + 7} ${twins}`);
      expect(await world.registry.ledger.reservations(table.generation, "online")).toEqual([]);
    },
  );
});
