import type { ErrorCode, Problem } from "@tesela/core";
import type { Progress } from "./job.ts";

/** Short work for a worker: a check of SQL, a historical retrieval, or rows pushed into streams. */
export type TaskKind = "check" | "retrieval" | "ingest";

/** The state of a task; a lost one is `QUEUED` again. */
export type TaskState = "QUEUED" | "RUNNING" | "SUCCESS" | "FAILURE";

/** An error as a task carries it to whoever waits. */
export interface TaskError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string | null;
  readonly problems: readonly Problem[];
}

/** A task to make. */
export interface NewTask {
  readonly kind: TaskKind;
  readonly workspaceId: number;
  /** JSON; what it means is the caller's. */
  readonly payload: unknown;
  /** The key that may see the result. */
  readonly ownerKeyId: string | null;
  readonly expiresInMs: number;
}

/** A task; `result` is JSON once it is `SUCCESS`, `error` is there once it is `FAILURE`, else `null`. */
export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly workspaceId: number;
  readonly payload: unknown;
  readonly ownerKeyId: string | null;
  readonly state: TaskState;
  /** Grows by one with every re-queueing. */
  readonly fence: number;
  readonly workerId: string | null;
  readonly progress: Progress | null;
  readonly result: unknown;
  readonly error: TaskError | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
}

/** How a task's heartbeat extends the lease and what it tells. */
export interface TaskHeartbeat {
  readonly leaseMs: number;
  readonly progress?: Progress;
}

/** Tasks under lease; a worker that lost one gets `FENCED` from `complete` and `fail`. */
export interface Tasks {
  create(task: NewTask): Promise<Task>;
  /** `null` when it is claimed already, ended, or gone. */
  claim(taskId: string, workerId: string, leaseMs: number): Promise<Task | null>;
  /** Whether the task is still this worker's. */
  heartbeat(taskId: string, workerId: string, beat: TaskHeartbeat): Promise<boolean>;
  complete(taskId: string, workerId: string, result: unknown): Promise<Task>;
  fail(taskId: string, workerId: string, error: TaskError): Promise<Task>;
  /** Throws `NOT_FOUND`. */
  get(taskId: string): Promise<Task>;
  /**
   * The task once it has ended, or as it is when the time is over. Throws `NOT_FOUND`, and `CANCELLED` when
   * the signal aborts.
   */
  waitForEnd(taskId: string, timeoutMs: number, signal?: AbortSignal): Promise<Task>;
  /** Tasks whose time is over and that nobody works on, the oldest first: remove what they left, then them. */
  expired(limit: number): Promise<Task[]>;
  remove(taskId: string): Promise<void>;
}
