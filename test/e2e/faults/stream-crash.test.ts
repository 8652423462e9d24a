import { parseInstant, type EpochMicros } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { writeEvents } from "./apply.ts";
import { startDoomedWorker } from "./doomed-worker.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob, sweepToEnd } from "./jobs.ts";
import type { Backend } from "./parts.ts";
import {
  applyStream,
  endPush,
  NEWEST,
  push,
  startPush,
  streamReads,
  TILED,
  type AppliedStream,
  type StreamRecord,
} from "./streams.ts";

const INTERVALS = { compact: 0, collect: 0, cleanup: 0, rebuild: 60_000 };
const POLICY = {
  snapshotRetentionMs: 1e12,
  cleanupGraceMs: 0,
  smallFileBytes: 0,
  mergedFileBytes: 0,
  leastFiles: 2,
};

const at = (text: string): EpochMicros => parseInstant(`2024-01-${text}:00Z`);
const NOON = at("10T12:00");

/** Records such as `1 10T11:05 7`: user, instant of January 2024, amount; `-` is null. */
const records = (...lines: readonly string[]): StreamRecord[] =>
  lines.map((line) => {
    const [user, ts, amount] = line.split(" ").map((cell) => (cell === "-" ? null : cell));
    return { user_id: user!, ts: ts == null ? null : `2024-01-${ts}:00Z`, amount: amount! };
  });

describe.each<Backend>(["postgres", "redis"])("with queue and online store on %s", (backend) => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld(backend);
    await world.registry.clock.freeze(NOON);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const lose = (stream: AppliedStream): Promise<void> => world.onlineStore.dropGeneration(stream.generation);

  test("what is acknowledged the next read sees; a late event changes its tile, one of the future waits", async () => {
    await using _worker = await world.startWorker();
    const stream = await applyStream(world, "seen", TILED, { interval: "10m" });
    const read = streamReads(world, stream);
    expect(await read([1], NOON)).toEqual(["[null] [0] []"]);
    await push(world, stream, records("1 10T11:45 3", "1 10T12:05 9", "1 09T12:00 1"));
    expect(await read([1, 2], NOON)).toEqual(["[3] [2] [1,3]", "[null] [0] []"]);
    await push(world, stream, records("1 10T11:41 2", "1 10T11:47 4"));
    expect(await read([1], NOON)).toEqual(["[9] [4] [2,3,4]"]);
    expect(await read([1], at("10T12:10"))).toEqual(["[18] [5] [3,4,9]"]);
    expect(await read([1], at("10T12:50"))).toEqual(["[9] [5] [3,4,9]"]);
    expect(await read([1], at("11T12:00"))).toEqual(["[null] [5] [3,4,9]"]);
    expect(await read([1], at("11T12:10"))).toEqual(["[null] [4] [3,4,9]"]);
  });

  test("a row without a key or a time is counted and left out, one without a column is refused by name", async () => {
    await using _worker = await world.startWorker();
    const stream = await applyStream(world, "rejected", NEWEST);
    const result = await push(world, stream, records("1 10T11:00 5", "- 10T11:00 6", "1 - 7"));
    expect(result.views).toEqual([{ name: "rejected", events: 1, rejected: 2 }]);
    const broken = [{ user_id: "1", ts: "2024-01-10T11:00:00Z" } as StreamRecord];
    await expect(push(world, stream, broken)).rejects.toThrow("[0].amount: is missing");
    const text = [{ user_id: "1", ts: "2024-01-10T11:00:00Z", amount: "many" }];
    await expect(push(world, stream, text)).rejects.toThrow("amount");
    expect(await streamReads(world, stream)([1], NOON)).toEqual(["[5]"]);
  });

  test("a request that is repeated counts once, and another one under its key is a conflict", async () => {
    await using _worker = await world.startWorker();
    const stream = await applyStream(world, "repeated", TILED, { interval: "10m" });
    const rows = records("1 10T11:45 3");
    await push(world, stream, rows, "once");
    await push(world, stream, rows, "once");
    expect(await streamReads(world, stream)([1], NOON)).toEqual(["[3] [1] [3]"]);
    await expect(push(world, stream, records("1 10T11:46 3"), "once")).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await push(world, stream, rows);
    expect(await streamReads(world, stream)([1], NOON)).toEqual(["[6] [2] [3,3]"]);
  });

  test("after a loss of the online store reads say so until the next push has brought everything again", async () => {
    await using _worker = await world.startWorker();
    for (const [name, features, expected] of [
      ["lost_tiles", TILED, "[7] [2] [3,4]"],
      ["lost_newest", NEWEST, "[4]"],
    ] as const) {
      const stream = await applyStream(
        world,
        name,
        features,
        name === "lost_tiles" ? { interval: "10m" } : {},
      );
      const read = streamReads(world, stream);
      await push(world, stream, records("1 10T11:45 3", "1 10T11:46 4", "2 10T11:46 1"));
      await lose(stream);
      await expect(read([1], NOON)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await push(world, stream, records("3 10T11:45 1"));
      expect(await read([1], NOON)).toEqual([expected]);
    }
  });

  test("after a loss without another push a worker notices it, and a rebuild brings everything from the log", async () => {
    await using _worker = await world.startWorker();
    const { registry, dispatcher } = world;
    const stream = await applyStream(world, "unpushed", TILED, { interval: "10m" });
    const read = streamReads(world, stream);
    await push(world, stream, records("1 10T11:45 3", "1 10T11:46 4"));
    await lose(stream);
    await expect(read([1], NOON)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const lost = await vi.waitUntil(
      async () => (await registry.housekeeping.lost(INTERVALS)).find(({ view }) => view === "unpushed"),
      { timeout: 30_000, interval: 200 },
    );
    expect(lost).toMatchObject({ type: "rebuild" });
    const by = { requestedBy: "", trigger: "system" } as const;
    const rebuild = await registry.housekeeping.request(lost, POLICY, by);
    await dispatcher.dispatchAttempt(rebuild.waitingAttempt!);
    expect(await sweepToEnd(world, rebuild)).toMatchObject({ state: "SUCCESS" });
    expect(await read([1], NOON)).toEqual(["[7] [2] [3,4]"]);
    // A push that comes before the rebuild does the same, and nothing is left to do.
    await lose(stream);
    const states = await registry.housekeeping.onlineStates();
    const state = states.find(({ generationId }) => generationId === stream.generation)!;
    expect(await registry.housekeeping.noteLoss(state)).toBe(true);
    await push(world, stream, records("1 10T11:47 5"));
    expect(await read([1], NOON)).toEqual(["[12] [3] [3,4,5]"]);
    expect(await registry.housekeeping.lost({ ...INTERVALS, rebuild: 0 })).toEqual([]);
    expect(await registry.housekeeping.noteLoss(state)).toBe(false);
  });

  test.each([
    ["tiled", TILED, "10m", "[7] [3] [5,3,4]", "[7] [3] [6,3,4]", "[7] [4] [8,3,4]"],
    ["continuous", TILED, undefined, "[7] [3] [5,3,4]", "[7] [3] [6,3,4]", "[7] [4] [8,3,4]"],
    ["attributes", NEWEST, undefined, "[4]", "[4]", "[4]"],
  ] as const)(
    "a range of the batch log takes the place of what was pushed into it: %s",
    async (kind, features, interval, before, after, overwritten) => {
      await using _worker = await world.startWorker();
      const options = interval === undefined ? {} : { interval };
      const log = "select 1::bigint as user_id, timestamp '2024-01-09 13:00' as ts, 6::bigint as amount";
      const stream = await applyStream(world, `logged_${kind}`, features, { ...options, log });
      const read = streamReads(world, stream);
      await push(world, stream, records("1 09T13:00 5", "1 10T11:45 3", "1 10T11:46 4", "4 09T14:00 1"));
      expect(await read([1], NOON)).toEqual([before]);
      const range = { start: at("01T00:00"), end: at("10T00:00") };
      const job = await sweepToEnd(world, await startJob(world, stream, range));
      expect(job).toMatchObject({ state: "SUCCESS", error: null });
      expect(await read([1], NOON)).toEqual([after]);
      // What the batch log does not know of is gone, and what comes late waits for an overwrite.
      expect(await read([4], NOON)).toEqual([kind === "attributes" ? "[null]" : "[null] [0] []"]);
      await push(world, stream, records("1 09T15:00 8"));
      expect(await read([1], NOON)).toEqual([after]);
      await writeEvents(world, stream.name, `${log} union all select 1, timestamp '2024-01-09 15:00', 8`);
      await sweepToEnd(world, await startJob(world, stream, range, true));
      expect(await read([1], NOON)).toEqual([overwritten]);
      await lose(stream);
      await push(world, stream, records("5 10T11:00 1"));
      expect(await read([1], NOON)).toEqual([overwritten]);
    },
  );

  test.each(["after-append", "after-push"])(
    "a worker killed %s: the push lands once, and nothing that was acknowledged is lost",
    async (failpoint) => {
      const stream = await applyStream(world, `killed_${failpoint.replace("-", "_")}`, TILED, {
        interval: "10m",
      });
      const read = streamReads(world, stream);
      {
        await using _worker = await world.startWorker();
        await push(world, stream, records("1 10T11:45 3", "2 10T11:45 1"));
      }
      await using doomed = await startDoomedWorker(world.config, failpoint);
      const task = await startPush(world, stream, records("1 10T11:46 4", "1 10T12:30 9"));
      expect(await doomed.death).toBe("SIGKILL");
      await using _healthy = await world.startWorker();
      const other = await startPush(world, stream, records("1 10T11:47 5"));
      expect(await endPush(world, task)).toEqual({ views: [{ name: stream.name, events: 2, rejected: 0 }] });
      await endPush(world, other);
      expect(await read([1, 2], NOON)).toEqual(["[12] [3] [3,4,5]", "[1] [1] [1]"]);
      expect(await read([1], at("10T12:40"))).toEqual(["[21] [4] [4,5,9]"]);
    },
  );
});
