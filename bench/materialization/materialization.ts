import type { WorkResult } from "../harness/work.ts";
import { openBench } from "./bench.ts";
import { fanOut } from "./fan-out.ts";
import { growth } from "./growth.ts";
import { increment } from "./increment.ts";
import { emptyJobs } from "./jobs.ts";
import { cancelToStopped, triggerToStart } from "./latency.ts";
import { withRedis } from "./redis.ts";
import { tiles } from "./tiles.ts";

/** Materialization of generated data: against hand-written SQL, against itself, and what a job costs at least. */
export async function materialization({
  quick,
}: {
  readonly quick: boolean;
}): Promise<readonly WorkResult[]> {
  return [...(await ofData(quick)), await fanOut(quick), ...(await ofJobs(quick))];
}

async function ofData(quick: boolean): Promise<readonly WorkResult[]> {
  await using bench = await openBench(quick);
  return [
    await tiles(bench),
    await increment(bench, "sorted"),
    await increment(bench, "unsorted"),
    await growth(bench),
    await triggerToStart(bench),
    await cancelToStopped(bench),
  ];
}

async function ofJobs(quick: boolean): Promise<readonly WorkResult[]> {
  const postgres = { name: "Postgres", bar: 80, options: {} };
  const onPostgres = await emptyJobs(quick, postgres);
  const onRedis = await withRedis((redisUrl) =>
    emptyJobs(quick, {
      name: "Redis",
      bar: 150,
      options: { redisUrl, onlineStore: "postgres", queue: "redis" },
    }),
  );
  return [onPostgres, onRedis];
}
