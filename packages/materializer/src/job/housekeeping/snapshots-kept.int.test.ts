import { DAY, micros, TeselaError, type EpochMicros, type HousekeepingType } from "@tesela/core";
import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { events, spendOf } from "../../testing/events.ts";
import { EAGER, keepHouse } from "../../testing/housekeeping.ts";
import { Platform } from "../../testing/platform.ts";
import { day, days } from "../../testing/tables.ts";
import { openWorld, type World } from "../../testing/world.ts";

const SPINE = ["1, 01-03 12:00", "1, 01-04 12:00", "2, 01-04 00:00", "1, 01-06 00:00"];
const KEPT_DAYS = 3n;
const POLICY = { ...EAGER, snapshotRetentionMs: Number((KEPT_DAYS * DAY) / 1000n) };

type Step =
  | { readonly kind: "write"; readonly start: number; readonly length: number; readonly stores: string }
  | { readonly kind: HousekeepingType };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      start: fc.integer({ min: 1, max: 5 }),
      length: fc.integer({ min: 1, max: 3 }),
      stores: fc.constantFrom("both", "both", "offline", "online"),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "compact" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "collect" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "rebuild" as const }) },
);

let world: World;
let platform: Platform;
let views = 0;
beforeAll(async () => {
  world = await openWorld("postgres");
  platform = new Platform(world);
});
afterAll(() => world[Symbol.asyncDispose]());

/** What the history was at an instant. */
async function answerAt(view: string, instant: EpochMicros): Promise<string> {
  const options = { asOf: String(instant), onUnmaterialized: "null" } as const;
  try {
    return (await platform.asked(view, SPINE, options)).join("; ");
  } catch (error) {
    if (error instanceof TeselaError && error.code === "EXPIRED") return "EXPIRED";
    throw error;
  }
}

async function onlineNow(view: string): Promise<string> {
  return (await platform.online(view, [1n], day(9))).values.join("; ");
}

async function write(view: string, one: Extract<Step, { kind: "write" }>, round: number): Promise<void> {
  await platform.writeSource(
    `${view}.parquet`,
    `select user_id, ts, amount * ${round} as amount from (${events})`,
  );
  const range = days(one.start, Math.min(6, one.start + one.length));
  const online = one.stores !== "offline";
  const offline = one.stores !== "online";
  const job = await platform.materialize(view, range, { overwrite: true, online, offline });
  expect(job.state).toBe("SUCCESS");
}

/** Does a step at each of the days after the 20th; gives what has changed and should not have. */
async function changesBy(view: string, steps: readonly Step[]): Promise<string[]> {
  const seen = new Map<EpochMicros, string>();
  const changes: string[] = [];
  let horizon = micros(0n);
  let now = day(20);
  for (const [round, one] of steps.entries()) {
    now = micros(now + DAY);
    await world.registry.clock.freeze(now);
    if (one.kind === "write") {
      await write(view, one, round + 1);
    } else {
      const online = await onlineNow(view);
      await keepHouse(world, platform, one.kind, view, POLICY);
      if (one.kind === "collect") horizon = micros(now - KEPT_DAYS * DAY);
      if ((await onlineNow(view)) !== online) changes.push(`online after ${one.kind}`);
      changes.push(...(await changedSnapshots(view, seen, horizon)));
    }
    seen.set(now, await answerAt(view, now));
  }
  return changes;
}

async function changedSnapshots(
  view: string,
  seen: ReadonlyMap<EpochMicros, string>,
  horizon: EpochMicros,
): Promise<string[]> {
  const changed: string[] = [];
  for (const [instant, answer] of seen) {
    const found = await answerAt(view, instant);
    const isExpired = instant < horizon && found === "EXPIRED";
    if (found !== answer && !isExpired) changed.push(`${instant}: ${answer} is ${found}`);
  }
  return changed;
}

test("TIME T14: whatever is written, merged, collected and rebuilt, each kept snapshot reads as it did", async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
    const view = spendOf(`kept_${++views}`);
    await platform.apply(view, events);
    expect(await changesBy(view.name, steps)).toEqual([]);
  });
  // To look for a smaller example takes longer than the test may.
  await fc.assert(property, { numRuns: 4, seed: SEED, endOnFailure: true });
}, 240_000);
