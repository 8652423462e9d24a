import type { AttemptRef } from "./job.ts";
import type { TaskKind } from "./task.ts";

/** A task as the queue carries it. */
export interface TaskRef {
  readonly id: string;
  readonly fence: number;
  readonly kind: TaskKind;
}

/**
 * What a dispatcher does for the ledger: it notices what is lost, due or not sent. Each operation takes a
 * hundred rows at most and skips those that another dispatcher holds.
 */
export interface Recovery {
  /** Ends attempts whose lease is over as `LOST`; gives how many. */
  loseAttempts(): Promise<number>;
  /** Makes the next attempts of jobs whose retry is due; they wait for their turn. Gives how many. */
  queueRetries(): Promise<number>;
  /**
   * Attempts whose turn it is, to be sent now: what users asked for first, then intervals that have ended, oldest
   * first, then history, newest first; one of each view before the second of any, and no more at once than the
   * limits of jobs allow. They are noted as sent.
   */
  takeRunnable(): Promise<AttemptRef[]>;
  /** Takes back that attempts were sent: they wait for their turn again. */
  attemptsUnsent(attempts: readonly AttemptRef[]): Promise<void>;
  /** Re-queues tasks whose lease is over; after the second time they fail with `ENGINE_CRASHED`. */
  loseTasks(): Promise<TaskRef[]>;
  /**
   * Attempts that nobody has claimed `afterMs` after they were sent, or made: to be sent again. Each time
   * the patience doubles, up to twelve times `afterMs`, so that a backlog does not fill the queue.
   */
  takeUnclaimedAttempts(afterMs: number): Promise<AttemptRef[]>;
  /** The same for tasks. */
  takeUnclaimedTasks(afterMs: number): Promise<TaskRef[]>;
  /** Notes that a task was sent. */
  taskSent(task: Pick<TaskRef, "id" | "fence">): Promise<void>;
}
