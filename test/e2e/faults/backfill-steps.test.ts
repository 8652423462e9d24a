import { parseInstant, type BatchFeatureViewDefinition } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "./apply.ts";
import { balanceOf, spendOf } from "./definitions.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob, sweepToEnd } from "./jobs.ts";
import { liveContent } from "./live-content.ts";
import { onlineReads } from "./reads.ts";

const DAYS = 14;
const USERS = 60;
const day = (of: number) => parseInstant(`2024-01-${String(of).padStart(2, "0")}T00:00:00Z`);
const NOW = day(1 + DAYS);

/**
 * Events that follow from a seed: some at the very end and beginning of a day, some twice at one instant with other
 * amounts.
 */
const eventsOf = (seed: number): string => `
with drawn as (
  select
    hash(i, ${seed}) as drawn,
    hash(i, ${seed}, 'time') as time,
    hash(i // 2, ${seed}, 'twice') as twice
  from range(2000) numbers(i)
)
select
  (drawn % ${USERS})::bigint as user_id,
  timestamp '2024-01-01' + to_microseconds(
    case drawn // 1000 % 4
      when 0 then (time % ${DAYS}) * 86400000000
      when 1 then (1 + time % ${DAYS}) * 86400000000 - 1
      when 2 then (twice % ${24 * DAYS}) * 3600000000
      else time % ${DAYS * 86_400_000_000}
    end::bigint
  ) as ts,
  (drawn // 100000 % 1000)::bigint as amount
from drawn`;

const perWindow = (view: BatchFeatureViewDefinition): BatchFeatureViewDefinition => ({
  ...view,
  transform: {
    sql: "select user_id, max(ts) as ts, sum(amount)::bigint as amount from events group by user_id",
  },
  incrementalBackfills: true,
});

const VIEWS: Readonly<Record<string, (name: string) => BatchFeatureViewDefinition>> = {
  "aggregates by the hour": (name) => ({ ...spendOf(name), aggregationInterval: "1h" }),
  attributes: balanceOf,
  "a transformation per batch window": (name) => perWindow(spendOf(name)),
};

describe.each(Object.keys(VIEWS))("a backfill of %s", (kind) => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld("postgres");
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** What both stores hold of a view that is brought in steps of some days. */
  const contentAfter = async (seed: number, step: number): Promise<unknown> => {
    await using _worker = await world.startWorker();
    const definition = { ...VIEWS[kind]!(`by_${step}_of_${seed}`), batchTrigger: "manual" } as const;
    const view = await apply(world, definition, eventsOf(seed));
    for (let from = 1; from <= DAYS; from += step) {
      const job = await startJob(world, view, { start: day(from), end: day(from + step) });
      expect(await sweepToEnd(world, job)).toMatchObject({ state: "SUCCESS" });
    }
    const users = Array.from({ length: USERS }, (_, user) => user);
    return { offline: await liveContent(world, view), online: await onlineReads(world, view)(users, NOW) };
  };

  test.each([1, 2])("by the day, by the week and at once holds the same: events of seed %i", async (seed) => {
    const atOnce = await contentAfter(seed, DAYS);
    expect(await contentAfter(seed, 7)).toEqual(atOnce);
    expect(await contentAfter(seed, 1)).toEqual(atOnce);
    expect(atOnce).not.toMatchObject({ offline: expect.stringMatching(/^0 /) as string });
  });
});
