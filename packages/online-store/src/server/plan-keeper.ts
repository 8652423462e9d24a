import { setTimeout } from "node:timers/promises";
import { TeselaError } from "@tesela/core";
import type { ServingPlan } from "./serving-plan.ts";

/** Keeps the newest serving plan that could be read. */
export interface PlanKeeper {
  start(): Promise<void>;
  stop(): Promise<void>;
  refresh(): Promise<void>;
  /** Throws `UNAVAILABLE` before the first plan. */
  current(): ServingPlan;
  /** What the plan says; where it says `NOT_FOUND`, what a plan read just now says. */
  find<T>(look: (plan: ServingPlan) => T): T | Promise<T>;
}

/** What it writes to the log. */
export interface KeeperLog {
  warn(fields: object, message: string): void;
}

/** What a plan is kept from. */
export interface KeeperOptions {
  readonly load: () => Promise<ServingPlan>;
  /** The plan of an earlier run, for a start while none can be read. */
  readonly earlier: () => Promise<ServingPlan | null>;
  readonly refreshMs: number;
  readonly logger: KeeperLog;
}

/** A second look at the registry for an unknown name at most this often. */
const LOOK_AGAIN_MS = 25;

/** Reads a plan at once and then every `refreshMs`; a failure is logged and the last plan stays. */
export function createPlanKeeper({ load, earlier, refreshMs, logger }: KeeperOptions): PlanKeeper {
  let plan: ServingPlan | null = null;
  let timer: NodeJS.Timeout | null = null;
  let loading: Promise<void> | null = null;
  let loadedAt = 0;

  const refresh = (): Promise<void> => {
    loading ??= load()
      .then((loaded) => {
        plan = loaded;
        loadedAt = Date.now();
      })
      .finally(() => (loading = null));
    return loading;
  };
  const refreshQuietly = (): void => {
    refresh().catch((cause: unknown) =>
      logger.warn({ cause }, "the serving plan could not be read; the last one is kept"),
    );
  };
  const current = (): ServingPlan => {
    if (plan !== null) return plan;
    throw new TeselaError("UNAVAILABLE", "The feature server has not loaded its serving plan yet.");
  };
  const lookAgain = async <T>(look: (plan: ServingPlan) => T): Promise<T> => {
    await setTimeout(Math.max(0, loadedAt + LOOK_AGAIN_MS - Date.now()));
    await refresh().catch(() => undefined);
    return look(current());
  };
  return {
    async start() {
      try {
        await refresh();
      } catch (error) {
        plan = await earlier();
        if (plan === null) throw error;
        logger.warn({ cause: error }, "the serving plan could not be read; that of an earlier run is served");
      }
      timer = setInterval(refreshQuietly, refreshMs);
      timer.unref();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      await loading?.catch(() => undefined);
    },
    async refresh() {
      await loading?.catch(() => undefined);
      await refresh();
    },
    current,
    find(look) {
      try {
        return look(current());
      } catch (error) {
        if (!(error instanceof TeselaError) || error.code !== "NOT_FOUND") throw error;
        return lookAgain(look);
      }
    },
  };
}
