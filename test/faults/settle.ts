import { setTimeout } from "node:timers/promises";
import { isFinal } from "@tesela/core";
import type { Store } from "@tesela/registry";
import { act, clockDay, jobsOf, overwrite } from "./act.ts";
import { readCommits } from "./commits.ts";
import { daysOf, heldAfter } from "./expected.ts";
import { gapsOf } from "./gaps.ts";
import { VIEWS, type ViewName } from "./schedule.ts";
import type { World } from "./world.ts";

const LOOK_MS = 250;
const LONGEST_MS = 180_000;
const STORES: readonly Store[] = ["offline", "online"];

/** Waits until every job has ended. Throws naming those that do not. */
export async function untilQuiet(world: World): Promise<void> {
  await until(async () => {
    const jobs = (await Promise.all(VIEWS.map((view) => jobsOf(world, view)))).flat();
    const open = jobs.filter(({ state }) => !isFinal(state));
    return open.map(({ id, featureView, type, state, progress, attempts }) => {
      const tries = attempts.map((one) => `${one.state} ${one.error?.message ?? ""}`).join(", ");
      return `job ${id} (${type} of ${featureView}) is still ${state}, ${progress.phase}: ${tries}`;
    });
  });
}

/** Has everything materialized that cancelled and failed jobs have left empty, in both stores. */
export async function fillGaps(world: World): Promise<void> {
  await until(async () => {
    await untilQuiet(world);
    const gaps = (await Promise.all(VIEWS.map((view) => gapsOf(world, view)))).flat();
    if (gaps.length > 0) for (const view of VIEWS) await act(world, { kind: "refill", view });
    return gaps;
  });
}

/** Materializes the days anew whose source has changed since. */
export async function refreshStale(world: World): Promise<void> {
  await until(async () => {
    const stale: string[] = [];
    for (const name of VIEWS) {
      for (const day of await staleDays(world, name)) {
        stale.push(`${name}, day ${day}`);
        await overwrite(world, name, day, day + 1);
      }
    }
    await untilQuiet(world);
    return stale;
  });
}

async function staleDays(world: World, name: ViewName): Promise<number[]> {
  const view = world.views[name];
  const commits = await readCommits(world, view, []);
  const newest = view.sources.at(-1)!;
  const held = STORES.map((store) => heldAfter(commits.filter((one) => one[store] && isLanded(one, store))));
  return daysOf(view, await clockDay(world)).filter((day) =>
    held.some((one) => one.has(day) && one.get(day) !== newest[day - 1]),
  );
}

function isLanded({ isPushed }: { readonly isPushed: boolean }, store: Store): boolean {
  return store === "offline" || isPushed;
}

/** Looks until there is nothing left; throws what is left after too long. */
async function until(left: () => Promise<readonly string[]>): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const found = await left();
    if (found.length === 0) return;
    if (performance.now() > deadline) throw new Error(found.join("; "));
    await setTimeout(LOOK_MS);
  }
}
