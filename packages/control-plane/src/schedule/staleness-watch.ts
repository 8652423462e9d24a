import { TeselaError } from "@tesela/core";
import { periodically, type Periodic } from "../operations/periodically.ts";
import type { Services } from "../services.ts";
import { scheduledViews, type LookedAtWorkspace } from "./scheduled-views.ts";
import { lookAtSources, type LookingServices } from "./staleness.ts";

/** Has the sources of all views looked at, one view after the other, so that changed ones show as stale. */
export interface StalenessWatch {
  /** Looks now. */
  look(signal: AbortSignal): Promise<void>;
  /** Looks again and again: of several control planes, one at a time. */
  start(): void;
  /** Ends the look that runs. */
  stop(): Promise<void>;
}

const LOOK_MS = 15 * 60_000;

/** Makes a watch; it does nothing by itself before `start`. */
export function createStalenessWatch(services: LookingServices & Pick<Services, "logger">): StalenessWatch {
  const { registry, logger } = services;
  const viewsOf = scheduledViews(registry.definitions);
  let periodic: Periodic | null = null;
  const look = async (signal: AbortSignal): Promise<void> => {
    for (const workspace of await viewsOf(await registry.workspaces.list())) {
      await lookAtWorkspace(services, workspace, signal);
    }
  };
  return {
    look,
    start() {
      const turn = async (signal: AbortSignal): Promise<void> => {
        if (await registry.housekeeping.takeTurn("staleness", LOOK_MS / 2)) await look(signal);
      };
      const onError = (error: unknown) => logger.error({ err: error }, "sources could not be looked at");
      periodic ??= periodically(turn, LOOK_MS, onError);
    },
    async stop() {
      await periodic?.stop();
      periodic = null;
    },
  };
}

/** What is wrong with one view's sources stops no other view. */
async function lookAtWorkspace(
  services: LookingServices & Pick<Services, "logger">,
  { id: workspaceId, views }: LookedAtWorkspace,
  signal: AbortSignal,
): Promise<void> {
  for (const { name, generationId, compiled } of views) {
    if (compiled instanceof TeselaError) continue;
    try {
      signal.throwIfAborted();
      await lookAtSources(services, { workspaceId, generationId, compiled }, { key: null, signal });
    } catch (error) {
      if (signal.aborted) throw error;
      services.logger.warn({ err: error, view: name }, "the sources of a view could not be looked at");
    }
  }
}
