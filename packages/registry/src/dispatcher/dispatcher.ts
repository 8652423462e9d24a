import type { Log } from "../log.ts";
import type { JobQueue, QueueName } from "../queue/port.ts";
import type { Registry } from "../types.ts";
import type { AttemptRef } from "../types/job.ts";
import type { TaskRef } from "../types/recovery.ts";
import type { TaskKind } from "../types/task.ts";
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
  /** Sends an attempt. Never throws: what could not be sent is sent by a later sweep. */
  dispatchAttempt(attempt: AttemptRef): Promise<void>;
  /** Sends a task. Never throws: what could not be sent is sent by a later sweep. */
  dispatchTask(task: TaskRef): Promise<void>;
  /** Notices lost workers, starts retries that are due, and sends again what nobody has claimed. */
  sweep(): Promise<SweepReport>;
  /** Sweeps now and again and again, `intervalMs` after the last sweep has ended. */
  start(intervalMs: number): void;
  /** Waits for the sweep that runs. */
  stop(): Promise<void>;
}

const queueOf: Readonly<Record<TaskKind, QueueName>> = { check: "check", retrieval: "retrieve" };

/** Makes a dispatcher; it does nothing by itself before `start`. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { registry, queue, log = () => {}, resendAfterMs = 5_000 } = options;
  const { recovery } = registry;
  const sendAttempt = ({ id, fence }: AttemptRef): Promise<void> => queue.send("materialize", { id, fence });
  const sendTask = ({ id, fence, kind }: TaskRef): Promise<void> => queue.send(queueOf[kind], { id, fence });

  const sweep = async (): Promise<SweepReport> => {
    const lostAttempts = await recovery.loseAttempts();
    const attempts = [
      ...(await recovery.queueRetries()),
      ...(await recovery.takeUnclaimedAttempts(resendAfterMs)),
    ];
    const tasks = [...(await recovery.loseTasks()), ...(await recovery.takeUnclaimedTasks(resendAfterMs))];
    for (const attempt of attempts) await sendAttempt(attempt);
    for (const task of tasks) await sendTask(task);
    return { lostAttempts, sent: attempts.length + tasks.length };
  };
  const interval = createInterval(sweep, (error) => log("sweep", error));

  return {
    async dispatchAttempt(attempt) {
      try {
        await sendAttempt(attempt);
        await recovery.attemptSent(attempt);
      } catch (error) {
        log(`attempt ${attempt.id} was not sent`, error);
      }
    },
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
