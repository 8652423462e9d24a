import type { TimeRange } from "@tesela/core";
import type { ClaimedAttempt } from "./attempt.ts";
import type { NewFile } from "./ledger.ts";

/** A part of a job's range that a worker has taken. */
export interface ClaimedPart {
  readonly number: number;
  readonly range: TimeRange;
  /** Grows with each take: two takes of a part never write one file. */
  readonly claims: number;
}

/** The parts to make of an attempt. */
export interface NewParts {
  readonly ranges: readonly TimeRange[];
  /** Of the sources that the attempt has opened. */
  readonly sourceFingerprint: string;
}

/** Who takes a part, for how long unless a heartbeat comes, and the sources that it has opened. */
export interface PartClaim {
  readonly workerId: string;
  readonly leaseMs: number;
  readonly sourceFingerprint: string;
}

/** What a part came to. */
export interface PartOutput {
  /** `null` where the part has no row. */
  readonly file: NewFile | null;
  readonly rows: number;
  readonly rejectedRows: number;
}

/** The parts of an attempt, which several workers compute and the attempt's own commits. Leases run by the database's clock. */
export interface Parts {
  /** Writes the parts down. Throws `FENCED` when the attempt is not, or no longer, the one that runs. */
  create(attemptId: string, fence: number, parts: NewParts): Promise<void>;
  /** What the attempt is about, for a worker that helps; `null` once it has ended. */
  attempt(attemptId: string, fence: number): Promise<ClaimedAttempt | null>;
  /**
   * Takes a part that nobody works on, the earliest first; `null` where none is left, the attempt has ended, or
   * the worker has found other sources than the attempt.
   */
  claim(attemptId: string, claim: PartClaim): Promise<ClaimedPart | null>;
  /** Extends the lease; false when the part, or the attempt, is no longer this worker's business. */
  beat(attemptId: string, part: ClaimedPart, leaseMs: number): Promise<boolean>;
  /** Notes what a part came to; a take that lost its part changes nothing. */
  complete(attemptId: string, part: ClaimedPart, output: PartOutput): Promise<void>;
  /** Gives a part back, for another worker to take. */
  release(attemptId: string, part: ClaimedPart): Promise<void>;
  /** Of each part, in order, what it came to; `null` while it is not done. */
  outputs(attemptId: string): Promise<readonly (PartOutput | null)[]>;
  /** Removes all parts of an attempt. */
  remove(attemptId: string): Promise<void>;
}
