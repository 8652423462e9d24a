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
  /** Makes the next attempts of jobs whose retry is due: to be dispatched. */
  queueRetries(): Promise<AttemptRef[]>;
  /** Re-queues tasks whose lease is over; after the second time they fail with `ENGINE_CRASHED`. */
  loseTasks(): Promise<TaskRef[]>;
  /**
   * Attempts that nobody has claimed `afterMs` after they were sent, or made: to be sent again. Each time
   * the patience doubles, up to twelve times `afterMs`, so that a backlog does not fill the queue.
   */
  takeUnclaimedAttempts(afterMs: number): Promise<AttemptRef[]>;
  /** The same for tasks. */
  takeUnclaimedTasks(afterMs: number): Promise<TaskRef[]>;
  /** Notes that an attempt was sent. */
  attemptSent(attempt: AttemptRef): Promise<void>;
  /** Notes that a task was sent. */
  taskSent(task: Pick<TaskRef, "id" | "fence">): Promise<void>;
}
