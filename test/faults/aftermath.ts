import { mergeRanges, quoteLiteral } from "@tesela/core";
import type { Store } from "@tesela/registry";
import { apply } from "../e2e/faults/apply.ts";
import { balanceOf, spendOf } from "../e2e/faults/definitions.ts";
import { query } from "../e2e/faults/duckdb.ts";
import type { AppliedView } from "../e2e/faults/reads.ts";
import { sweepToEnd, startJob } from "../e2e/faults/jobs.ts";
import { clockDay, jobsOf } from "./act.ts";
import { daysOf } from "./expected.ts";
import { VIEWS, type ViewName } from "./schedule.ts";
import { eventsSql } from "./source-days.ts";
import { clockOf, type World } from "./world.ts";

/** What is wrong when all is quiet: with the ledger, with jobs, and with the content of live files. */
export async function aftermath(world: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const name of VIEWS) {
    wrong.push(...(await wrongInLedger(world, name)), ...(await wrongInJobs(world, name)));
    const [found, clean] = [await checksum(world, world.views[name]), await cleanChecksum(world, name)];
    if (found !== clean) wrong.push(`${name}: its live files are ${found}, those of a clean run ${clean}`);
  }
  return wrong;
}

/** Live ranges of a store lie side by side without a gap, and nothing is reserved any more. */
async function wrongInLedger({ registry, ...world }: World, name: ViewName): Promise<string[]> {
  const { generation } = world.views[name];
  const wrong: string[] = [];
  for (const store of ["offline", "online"] as const satisfies readonly Store[]) {
    const live = (await registry.ledger.ranges(generation, store)).map(({ range }) => range);
    if (mergeRanges(live).length !== 1) wrong.push(`${name} ${store}: the ledger has gaps`);
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

/** The live rows of the offline store whatever their order and files: how many, and the sum of their hashes. */
async function checksum({ registry, offlineStore }: World, { generation, definition }: AppliedView) {
  await using stack = new AsyncDisposableStack();
  const { files } = await registry.ledger.snapshot(generation, { store: "offline" });
  const time = definition.features[0]!.kind === "aggregate" ? "__tile_start" : "__time";
  const selects: string[] = [];
  for (const { path, live } of files) {
    const { localPath } = stack.use(await offlineStore.open(path));
    const at = `epoch_us(${time})`;
    const parts = live.map(({ start, end }) => `(${at} >= ${start} and ${at} < ${end})`).join(" or ");
    selects.push(`select * from read_parquet(${quoteLiteral(localPath)}) where ${parts}`);
  }
  const [row] = await query(
    `select count(*), sum(hash(stored)::hugeint) from (${selects.join(" union all ")}) stored`,
  );
  return row!.join(" rows ");
}

/** The same of a view that is materialized at once, without a fault, from what the source is now. */
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
  return checksum(world, applied);
}
