import { createDispatcher } from "@tesela/registry";
import type { WorkerContext } from "../worker/worker-context.ts";

/** A job that has ended may have made room for others: they are sent at once, not only by the next sweep. */
export async function sendNext({ registry, queue, logger }: WorkerContext): Promise<void> {
  const log = (message: string, cause: unknown): void => logger.warn({ cause }, message);
  await createDispatcher({ registry, queue, log }).dispatch();
}
