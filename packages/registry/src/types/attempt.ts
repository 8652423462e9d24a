import type { EpochMicros, HousekeepingType, TimeRange } from "@tesela/core";
import type { StoredDefinition, StoredView } from "./definition.ts";
import type { AttemptRef, Failure, Job, LogLine, Progress } from "./job.ts";
import type { Commit, NewCommit } from "./ledger.ts";

/**
 * What is to be done: compute a range from sources, bring the uploaded rows at a path into a feature table, or keep
 * files and online data in order.
 */
export type AttemptWork =
  | { readonly type: "batch"; readonly range: TimeRange }
  | { readonly type: "ingest"; readonly input: string }
  | { readonly type: "delete"; readonly deletionId: bigint }
  | { readonly type: HousekeepingType };

/** All that a worker needs to know about the attempt it has claimed. */
export interface ClaimedAttempt extends AttemptRef {
  readonly number: number;
  readonly jobId: string;
  readonly workspaceId: number;
  readonly workspace: string;
  readonly generationId: number;
  readonly viewName: string;
  /** The view's current version when it was claimed; of a retired generation, which some jobs tidy up, its last. */
  readonly view: StoredView;
  /** The current versions of the sources and entities that the view names. */
  readonly sources: readonly StoredDefinition[];
  readonly entities: readonly StoredDefinition[];
  readonly work: AttemptWork;
  readonly online: boolean;
  readonly offline: boolean;
  readonly overwrite: boolean;
  /** What an earlier attempt of this job has committed already: then only the push is to be repeated. */
  readonly resume: Commit | null;
}

/** How a heartbeat extends the lease and what it tells. */
export interface Heartbeat {
  readonly leaseMs: number;
  readonly progress?: Progress;
}

/** Go on; stop, because somebody asked for it; or stop, because the attempt is no longer yours. */
export type HeartbeatReply = "ok" | "cancel" | "fenced";

/** What the push to the online store has reached. */
export interface PushResult {
  /** TIME T12; `null` for a view without online data. */
  readonly onlineEdge: EpochMicros | null;
}

/**
 * Attempts under lease and fence. Leases run by the database's clock. All but `claim` and `heartbeat` throw
 * `FENCED` when the attempt is not, or no longer, the one that runs.
 */
export interface Attempts {
  /**
   * `null` when it is claimed already, fenced, its job takes no worker, or it is an ingest while another one of
   * the table is under way: claimed by a worker, or committed and not yet pushed.
   */
  claim(attemptId: string, fence: number, workerId: string, leaseMs: number): Promise<ClaimedAttempt | null>;
  /** The ingest of a table that has waited longest for a worker: whoever has ended one sends it; `null` for none. */
  nextIngest(generationId: number): Promise<AttemptRef | null>;
  heartbeat(attemptId: string, fence: number, beat: Heartbeat): Promise<HeartbeatReply>;
  /** Resolves once the attempt has to stop: its job is being cancelled, or it no longer runs. Throws `CANCELLED` when the signal aborts. */
  untilStopped(attempt: AttemptRef & { readonly jobId: string }, signal: AbortSignal): Promise<void>;
  /** Adds lines to an attempt's log; what goes beyond a thousand lines of 2,000 characters is cut off. */
  log(attemptId: string, lines: readonly LogLine[]): Promise<void>;
  /**
   * Commit 1: the files are in the ledger and, for jobs that write offline, the range is live there, in place
   * of what it overlaps; a job that owes no push is `SUCCESS` with it. Doing it again gives the same commit. Throws
   * `CANCELLED` after a request to cancel.
   */
  commitFiles(attemptId: string, fence: number, commit: NewCommit): Promise<Commit>;
  /** Whether every earlier online commit of the view has been pushed or abandoned. */
  pushTurn(attemptId: string, fence: number): Promise<boolean>;
  /**
   * The attempt that is to repeat the oldest push an attempt waits for, where no worker has it yet; else `null`.
   * Whoever waits can do it: then workers that wait for each other are never all there are.
   */
  unheldPush(attemptId: string, fence: number): Promise<AttemptRef | null>;
  /**
   * Commit 2: the range is live online, for jobs that write there, and the job is `SUCCESS`; where it is already,
   * nothing changes. Throws `CONFLICT` before commit 1 or out of turn, `CANCELLED` after a request to cancel.
   */
  completePush(attemptId: string, fence: number, result: PushResult): Promise<Job>;
  /**
   * Ends the attempt. The job waits for another one or ends, by `decideRetry`; after commit 1 whatever went
   * wrong is tried again while attempts are left.
   */
  fail(attemptId: string, fence: number, failure: Failure): Promise<Job>;
}
