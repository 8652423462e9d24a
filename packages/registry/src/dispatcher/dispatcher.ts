import type { Log } from "../log.ts";
import type { JobQueue, QueueName } from "../queue/port.ts";
import type { Registry } from "../types.ts";
import type { AttemptRef } from "../types/job.ts";
import type { TaskRef } from "../types/recovery.ts";
import type { TaskKind } from "../types/task.ts";
import { coalesced } from "./coalesced.ts";
import { createInterval } from "./interval.ts";

/** What a dispatcher needs. */
export interface DispatcherOptions {
  readonly registry: Pick<Registry, "recovery">;
  readonly queue: Pick<JobQueue, "send">;
  readonly log?: Log;
  /** What nobody has claimed after this long is sent again; 5 s unless given. */
  readonly resendAfterMs?: number;
}

/** What a sweep has done. */
export interface SweepReport {
  readonly lostAttempts: number;
  /** Messages sent: retries, re-queued tasks, and what nobody had claimed. */
  readonly sent: number;
}

/** Brings what the ledger holds to the workers; any number of dispatchers may run at once. */
export interface Dispatcher {
  /**
   * Sends an attempt if it is its turn, and others whose turn it is. Never throws: what could not be sent is sent by
   * a later sweep.
   */
  dispatchAttempt(attempt: AttemptRef): Promise<void>;
  /** Sends the attempts whose turn it is. Never throws: what could not be sent is sent by a later sweep. */
  dispatch(): Promise<void>;
  /** Sends a task. Never throws: what could not be sent is sent by a later sweep. */
  dispatchTask(task: TaskRef): Promise<void>;
  /** Notices lost workers, starts retries that are due, and sends again what nobody has claimed. */
  sweep(): Promise<SweepReport>;
  /** Sweeps now and again and again, `intervalMs` after the last sweep has ended. */
  start(intervalMs: number): void;
  /** Waits for the sweep that runs. */
  stop(): Promise<void>;
}

/** Of many triggers in quick succession not each looks at all that waits. */
const DISPATCH_REST_MS = 10;

const queueOf: Readonly<Record<TaskKind, QueueName>> = {
  check: "check",
  retrieval: "retrieve",
  ingest: "ingest",
};

/** Makes a dispatcher; it does nothing by itself before `start`. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { registry, queue, log = () => {}, resendAfterMs = 5_000 } = options;
  const { recovery } = registry;
  const sendAttempt = ({ id, fence }: AttemptRef): Promise<void> => queue.send("materialize", { id, fence });
  const sendTask = ({ id, fence, kind }: TaskRef): Promise<void> => queue.send(queueOf[kind], { id, fence });

  /** Those that cannot be sent wait for their turn again. */
  const sendAttempts = async (attempts: readonly AttemptRef[]): Promise<void> => {
    for (const [index, attempt] of attempts.entries()) {
      try {
        await sendAttempt(attempt);
      } catch (error) {
        await recovery.attemptsUnsent(attempts.slice(index));
        throw error;
      }
    }
  };
  const dispatch = coalesced(async () => {
    try {
      await sendAttempts(await recovery.takeRunnable());
    } catch (error) {
      log("attempts were not sent", error);
    }
  }, DISPATCH_REST_MS);

  const sweep = async (): Promise<SweepReport> => {
    const lostAttempts = await recovery.loseAttempts();
    await recovery.queueRetries();
    const attempts = [
      ...(await recovery.takeUnclaimedAttempts(resendAfterMs)),
      ...(await recovery.takeRunnable()),
    ];
    const tasks = [...(await recovery.loseTasks()), ...(await recovery.takeUnclaimedTasks(resendAfterMs))];
    await sendAttempts(attempts);
    for (const task of tasks) await sendTask(task);
    return { lostAttempts, sent: attempts.length + tasks.length };
  };
  const interval = createInterval(sweep, (error) => log("sweep", error));

  return {
    dispatchAttempt: dispatch,
    dispatch,
    async dispatchTask(task) {
      try {
        await sendTask(task);
        await recovery.taskSent(task);
      } catch (error) {
        log(`task ${task.id} was not sent`, error);
      }
    },
    sweep,
    ...interval,
  };
}
