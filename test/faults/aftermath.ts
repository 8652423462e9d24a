import type { Store } from "@tesela/registry";
import { apply } from "../e2e/faults/apply.ts";
import { balanceOf, spendOf } from "../e2e/faults/definitions.ts";
import { sweepToEnd, startJob } from "../e2e/faults/jobs.ts";
import { liveContent } from "../e2e/faults/live-content.ts";
import { clockDay, jobsOf } from "./act.ts";
import { daysOf } from "./expected.ts";
import { gapsOf } from "./gaps.ts";
import { VIEWS, type ViewName } from "./schedule.ts";
import { eventsSql } from "./source-days.ts";
import { clockOf, type World } from "./world.ts";

/** What is wrong when all is quiet: with the ledger, with jobs, and with the content of live files. */
export async function aftermath(world: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const name of VIEWS) {
    wrong.push(...(await wrongInLedger(world, name)), ...(await wrongInJobs(world, name)));
    const [found, clean] = [await liveContent(world, world.views[name]), await cleanChecksum(world, name)];
    if (found !== clean) wrong.push(`${name}: its live files are ${found}, those of a clean run ${clean}`);
  }
  return wrong;
}

/** Nothing that is needed is missing, no range is there twice, and nothing is reserved any more. */
async function wrongInLedger(world: World, name: ViewName): Promise<string[]> {
  const { registry, views } = world;
  const { generation } = views[name];
  const wrong = await gapsOf(world, name);
  for (const store of ["offline", "online"] as const satisfies readonly Store[]) {
    const live = (await registry.ledger.ranges(generation, store)).map(({ range }) => range);
    const doubled = live.some(({ start }, index) => index > 0 && start < live[index - 1]!.end);
    if (doubled) wrong.push(`${name} ${store}: the ledger has a range twice`);
    const reserved = await registry.ledger.reservations(generation, store);
    if (reserved.length > 0) wrong.push(`${name} ${store}: ranges are still reserved`);
  }
  return wrong;
}

/** A job succeeds once, with its last attempt. */
async function wrongInJobs(world: World, name: ViewName): Promise<string[]> {
  return (await jobsOf(world, name)).flatMap(({ id, state, attempts }) => {
    const done = attempts.findIndex((one) => one.state === "SUCCESS");
    const isWrong = state === "SUCCESS" ? done !== attempts.length - 1 : done >= 0;
    return isWrong ? [`${name}: job ${id} is ${state}, its attempt ${done + 1} has succeeded`] : [];
  });
}

/** The content of a view that is materialized at once, without a fault, from what the source is now. */
async function cleanChecksum(world: World, name: ViewName): Promise<string> {
  const clean = `clean_${name}`;
  const view = name === "spend" ? spendOf(clean) : balanceOf(clean);
  const applied = await apply(
    world,
    { ...view, batchTrigger: "manual" },
    eventsSql(world.views[name].sources.at(-1)!),
  );
  const clock = await clockDay(world);
  const range = { start: clockOf(daysOf(world.views[name], clock)[0]!), end: clockOf(clock) };
  const { state, error } = await sweepToEnd(world, await startJob(world, applied, range));
  if (state !== "SUCCESS") throw new Error(`the clean run of ${name} ended as ${state}: ${error?.message}`);
  return liveContent(world, applied);
}
