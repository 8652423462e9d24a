import type { EpochMicros, ErrorCode, ScheduledView, TimeRange } from "@tesela/core";
import type { AttemptRef } from "./job.ts";

/** A look at one view, as it is at a revision of its workspace. */
export interface ScheduledTurn {
  readonly workspaceId: number;
  readonly revision: bigint;
  readonly generationId: number;
  readonly viewName: string;
  readonly view: ScheduledView;
  /** Platform clock. */
  readonly now: EpochMicros;
}

/** Why the last look at a view made no jobs. */
export interface ScheduleFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly failedAt: Date;
}

/** What makes jobs by itself (TIME T13). Any number of schedulers may take the turns of a view at once. */
export interface Schedule {
  /**
   * Makes the jobs of a view that are due and that nothing covers, all or none; gives their first attempts, which
   * wait for their turn. None where the workspace has moved on or the view was recreated or deleted.
   */
  takeTurn(turn: ScheduledTurn): Promise<AttemptRef[]>;
  /** Notes why a look at a view failed. */
  failed(generationId: number, failure: Pick<ScheduleFailure, "code" | "message">): Promise<void>;
  /** Why the last look failed; `null` where it did not. */
  failure(generationId: number): Promise<ScheduleFailure | null>;
  /**
   * Lets go of what cancelled and failed jobs were to write, all of it or where it overlaps a range: the schedule
   * may make jobs for it again. Gives how many jobs no longer hold anything.
   */
  release(generationId: number, range: TimeRange | null): Promise<number>;
}
