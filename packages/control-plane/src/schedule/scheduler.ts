import { materializableUntil, TeselaError, toTeselaError, type EpochMicros } from "@tesela/core";
import type { Services } from "../services.ts";
import { periodically, type Periodic } from "../operations/periodically.ts";
import { scheduledViews, type LookedAtView, type LookedAtWorkspace } from "./scheduled-views.ts";

/** Whether a control plane makes the jobs that are due by itself. */
export type SchedulerMode = "on" | "off";

/** What a scheduler needs. */
export type SchedulerServices = Pick<Services, "registry" | "logger"> & {
  readonly dispatcher: Pick<Services["dispatcher"], "dispatch">;
};

/** Makes the jobs that are due by the platform clock (TIME T13); any number of schedulers may run at once. */
export interface Scheduler {
  /** Looks at every view now; gives how many jobs it has made. One look at a time: a second one follows the first. */
  look(): Promise<number>;
  /** Looks now and again and again. */
  start(): void;
  /** Waits for the look that runs. */
  stop(): Promise<void>;
}

/** How often the clock is looked at, and how soon a view whose turn changed nothing, or failed, has its next. */
const LOOK_MS = 1_000;
const AGAIN_MS = 10 * 60_000;
const AFTER_ERROR_MS = 30_000;

/** A view's last turn: nothing more can be due of it before it is another view, or more of it can be materialized. */
interface Turn {
  readonly key: string;
  readonly validUntilMs: number;
}

/** Makes a scheduler; it does nothing by itself before `start`. */
export function createScheduler(services: SchedulerServices): Scheduler {
  const { registry, logger, dispatcher } = services;
  const viewsOf = scheduledViews(registry.definitions);
  const turns = new Map<number, Turn>();
  let last: Promise<number> = Promise.resolve(0);
  let periodic: Periodic | null = null;
  let isStopping = false;

  const lookNow = async (): Promise<number> => {
    const workspaces = await viewsOf(await registry.workspaces.list());
    // After the views: one that is applied after the clock was set back must not be looked at by the time before.
    const now = await registry.clock.now();
    forgetOthers(turns, workspaces);
    let made = 0;
    for (const workspace of workspaces) {
      for (const view of workspace.views) {
        if (!isStopping) made += await takeTurn(services, turns, workspace, view, now);
      }
    }
    if (made > 0) await dispatcher.dispatch();
    return made;
  };
  const look = (): Promise<number> => (last = last.then(lookNow, lookNow));
  return {
    look,
    start: () => {
      const onError = (error: unknown) => logger.error({ err: error }, "the schedule could not be looked at");
      periodic ??= periodically(async () => void (await look()), LOOK_MS, onError);
    },
    stop: async () => {
      isStopping = true;
      await periodic?.stop();
      await last.catch(() => 0);
      periodic = null;
      isStopping = false;
    },
  };
}

/** What was recreated or deleted needs no turn any more. */
function forgetOthers(turns: Map<number, Turn>, workspaces: readonly LookedAtWorkspace[]): void {
  const known = new Set(workspaces.flatMap(({ views }) => views.map(({ generationId }) => generationId)));
  for (const generationId of turns.keys()) if (!known.has(generationId)) turns.delete(generationId);
}

/** Has the schedule looked at without waiting for it: after what may have made more due. */
export function lookSoon(scheduler: Pick<Scheduler, "look"> | null, logger: Services["logger"]): void {
  scheduler
    ?.look()
    .catch((error: unknown) => logger.error({ err: error }, "the schedule could not be looked at"));
}

/** One view's turn; what is wrong with it is noted, and stops no other view. */
async function takeTurn(
  { registry, logger }: SchedulerServices,
  turns: Map<number, Turn>,
  { id: workspaceId, revision }: LookedAtWorkspace,
  { name, generationId, compiled }: LookedAtView,
  now: EpochMicros,
): Promise<number> {
  const until = compiled instanceof TeselaError ? "" : materializableUntil(compiled.time, now);
  const key = `${revision} ${until}`;
  const before = turns.get(generationId);
  if (before?.key === key && before.validUntilMs > performance.now()) return 0;
  const done = (pauseMs: number): void =>
    void turns.set(generationId, { key, validUntilMs: performance.now() + pauseMs });
  try {
    if (compiled instanceof TeselaError) throw compiled;
    const turn = { workspaceId, revision, generationId, viewName: name, view: compiled, now };
    const made = await registry.schedule.takeTurn(turn);
    done(AGAIN_MS);
    return made.length;
  } catch (thrown) {
    const { code, message } = toTeselaError(thrown);
    logger.error({ err: thrown, view: name }, "the schedule of a view could not be looked at");
    done(AFTER_ERROR_MS);
    await registry.schedule
      .failed(generationId, { code, message })
      .catch((cause: unknown) => logger.error({ err: cause, view: name }, "that could not be noted either"));
    return 0;
  }
}
