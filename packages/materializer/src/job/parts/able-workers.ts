import type { WorkerContext } from "../../worker/worker-context.ts";

/** A worker that was not heard of for so long is not called for help. */
const ALIVE_MS = 10_000;

/** How many workers could take a part now, this one too. */
export async function ableWorkers({ registry }: Pick<WorkerContext, "registry">): Promise<number> {
  const alive = await registry.workers.alive(ALIVE_MS);
  return alive.filter(({ capabilities }) => capabilities.includes("part")).length;
}
