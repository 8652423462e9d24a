import type {
  AttemptState,
  EpochMicros,
  ErrorCode,
  JobState,
  JobTrigger,
  JobType,
  TimeRange,
} from "@tesela/core";

/** How far a piece of work is; `fraction` and `rows` are `null` while unknown. */
export interface Progress {
  readonly phase: string;
  readonly fraction: number | null;
  readonly rows: number | null;
  /** Written to the offline store so far; left out where nothing new is known. */
  readonly bytes?: number;
}

/** How far a job is; what is `null` is unknown. */
export interface JobProgress extends Omit<Progress, "bytes"> {
  readonly bytes: number | null;
}

/** Why an attempt or a job failed, in words fit for the user. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** One try by one worker. */
export interface JobAttempt {
  readonly number: number;
  readonly state: AttemptState;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly error: Failure | null;
  readonly workerId: string;
  readonly rows: number | null;
}

/** An attempt as the queue carries it. */
export interface AttemptRef {
  readonly id: string;
  readonly fence: number;
}

/** A job as a user sees it. */
export interface Job {
  readonly id: string;
  readonly workspace: string;
  readonly featureView: string;
  readonly type: JobType;
  /** Why it was made. */
  readonly trigger: JobTrigger;
  readonly state: JobState;
  /** `null` while an ingest has not read its rows, and where it has brought none. */
  readonly startTime: EpochMicros | null;
  /** Not part of the range. */
  readonly endTime: EpochMicros | null;
  readonly online: boolean;
  readonly offline: boolean;
  readonly overwrite: boolean;
  readonly useManagedRetries: boolean;
  readonly requestedBy: string;
  readonly createdAt: Date;
  /** Grows by at least a millisecond with every change. */
  readonly updatedAt: Date;
  /** When it is tried again, while it waits for that. */
  readonly retryAt: Date | null;
  /** The attempts that a worker has started, in order. */
  readonly attempts: readonly JobAttempt[];
  readonly progress: JobProgress;
  /** Rows left out for want of a key or an event time; `null` before commit 1. */
  readonly rejectedRows: number | null;
  /** Why it ended in `FAILURE`. */
  readonly error: Failure | null;
  /** The attempt that waits for a worker: what to dispatch. */
  readonly waitingAttempt: AttemptRef | null;
}

/** A job to make; all is checked but overlap. */
export interface TriggerCommand {
  readonly workspaceId: number;
  readonly generationId: number;
  readonly view: string;
  readonly range: TimeRange;
  readonly online: boolean;
  readonly offline: boolean;
  readonly overwrite: boolean;
  readonly useManagedRetries: boolean;
  readonly requestedBy: string;
  /** Why it is made; by a user unless told. */
  readonly trigger?: JobTrigger;
}

/** A line of an attempt's log. */
export interface LogLine {
  readonly at: Date;
  readonly level: "info" | "error";
  readonly message: string;
}

/** A line of a job's log, and the number of the attempt that wrote it. */
export interface JobLogLine extends LogLine {
  readonly attempt: number;
}

/** An ingest to make. */
export interface IngestCommand {
  readonly workspaceId: number;
  readonly generationId: number;
  readonly view: string;
  /** Where the uploaded rows lie in the offline store. */
  readonly input: string;
  readonly useManagedRetries: boolean;
  readonly online: boolean;
  readonly offline: boolean;
  readonly requestedBy: string;
}

/** Which jobs to list, the newest first. */
export interface JobFilter {
  readonly view?: string;
  readonly state?: JobState;
  readonly type?: JobType;
  readonly trigger?: JobTrigger;
  /** Jobs with a range that ends after this instant. */
  readonly endsAfter?: EpochMicros;
  /** Jobs with a range that starts before this instant. */
  readonly startsBefore?: EpochMicros;
  readonly online?: boolean;
  readonly offline?: boolean;
  readonly limit: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** A page of jobs. */
export interface JobPage {
  readonly jobs: readonly Job[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

/** How to wait for a job to change. */
export interface JobWait {
  /** The `updatedAt` that is known; as it is now unless given. */
  readonly since?: Date | undefined;
  readonly timeoutMs: number;
  /** Of any workspace unless given. */
  readonly workspaceId?: number;
  readonly signal?: AbortSignal;
}

/** Materialization jobs and ingests. */
export interface Jobs {
  /**
   * Makes the job, its reservations and its first attempt; the caller dispatches `waitingAttempt` afterwards.
   * Throws `CONFLICT` naming the active job it overlaps, or because the view was recreated or deleted, and
   * `VALIDATION` naming the successful ranges it overlaps without `overwrite`.
   */
  trigger(command: TriggerCommand): Promise<Job>;
  /**
   * Makes a job that brings uploaded rows into a feature table, and its first attempt. Ingests of a table take
   * turns, so none is ever refused for another. Throws `CONFLICT` when the table was recreated or deleted.
   */
  ingest(command: IngestCommand): Promise<Job>;
  /** Whether a job that is not final still reads the upload at a path. */
  isInputNeeded(path: string): Promise<boolean>;
  /** Throws `NOT_FOUND`. */
  get(workspaceId: number, jobId: string): Promise<Job>;
  list(workspaceId: number, filter: JobFilter): Promise<JobPage>;
  /**
   * Ends a job that no worker holds at once, else asks its worker to stop; a final job is returned unchanged.
   * What commit 1 has made live offline stays live. Throws `NOT_FOUND`.
   */
  cancel(workspaceId: number, jobId: string): Promise<Job>;
  /**
   * Tries a failed or cancelled job again, with as many attempts as a new one; its ranges are reserved again.
   * Throws `CONFLICT` naming the job or the ranges that have taken its range meanwhile, because the view was
   * recreated or deleted, and for a job that is not final or has succeeded; `NOT_FOUND`.
   */
  retry(workspaceId: number, jobId: string): Promise<Job>;
  /** What the workers of its attempts had to say, in order; of one attempt where its number is given. */
  logs(workspaceId: number, jobId: string, attempt?: number): Promise<JobLogLine[]>;
  /**
   * The job once it is final or another than it was, or as it is when the time is over. Throws `NOT_FOUND`, and
   * `CANCELLED` when the signal aborts.
   */
  waitForChange(jobId: string, wait: JobWait): Promise<Job>;
}
