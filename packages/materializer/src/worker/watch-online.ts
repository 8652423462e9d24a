import { holds, type OnlineStore } from "@tesela/online-store";
import type { Registry } from "@tesela/registry";
import type { WorkerContext } from "./worker-context.ts";

/** How often the markers are compared with the ledger, by one worker of all. */
const WATCH_MS = 5_000;

/** How many markers are asked for in one round trip. */
const BATCH = 500;

/**
 * Compares the markers of the online store with the ledger and notes which views have lost data (decision 7): the
 * control plane then makes a job that loads them anew.
 */
export async function watchOnline(
  registry: Pick<Registry, "housekeeping">,
  onlineStore: Pick<OnlineStore, "states">,
): Promise<void> {
  const states = await registry.housekeeping.onlineStates();
  for (let at = 0; at < states.length; at += BATCH) {
    const some = states.slice(at, at + BATCH);
    const found = await onlineStore.states(some.map(({ generationId }) => generationId));
    for (const [index, state] of some.entries()) {
      if (!holds(found[index]?.marker ?? null, state)) await registry.housekeeping.noteLoss(state);
    }
  }
}

/** Compares again and again until it is stopped; a failure is logged, and the next comparison comes. */
export function keepWatching({
  registry,
  onlineStore,
  logger,
}: Pick<WorkerContext, "registry" | "onlineStore" | "logger">): { stop(): Promise<void> } {
  let watching: Promise<void> = Promise.resolve();
  const watch = async (): Promise<void> => {
    if (await registry.housekeeping.takeTurn("watch-online", WATCH_MS / 2)) {
      await watchOnline(registry, onlineStore);
    }
  };
  const timer = setInterval(() => {
    watching = watching.then(watch).catch((cause: unknown) => {
      logger.warn({ cause }, "the online store could not be compared with the ledger");
    });
  }, WATCH_MS);
  return {
    async stop() {
      clearInterval(timer);
      await watching;
    },
  };
}
