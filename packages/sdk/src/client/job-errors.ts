import type { Job } from "@tesela/contract";
import { TeselaError } from "@tesela/core";

/** A job did not end in the time that its waiter had; it goes on by itself. Its code is `TIMEOUT`. */
export class MaterializationTimeoutError extends TeselaError {
  /** The job as it was last seen. */
  readonly job: Job;

  constructor(job: Job, timeoutMs: number) {
    super("TIMEOUT", `Materialization job "${job.id}" was still ${job.state} after ${timeoutMs / 1000} s.`, {
      fix: "Wait longer: the job goes on.",
    });
    this.name = "MaterializationTimeoutError";
    this.job = job;
  }
}

/** A job ended without success. Its code is `JOB_FAILED`. */
export class MaterializationJobFailedError extends TeselaError {
  readonly job: Job;
  /** Why it failed, or its last failed attempt did; `null` where none did, as of a job that was cancelled. */
  readonly lastError: Job["error"];

  constructor(job: Job) {
    const lastError = job.error ?? job.attempts.findLast(({ error }) => error !== null)?.error ?? null;
    const reason = lastError === null ? "" : ` ${lastError.code}: ${lastError.message}`;
    super("JOB_FAILED", `Materialization job "${job.id}" ended as ${job.state}.${reason}`);
    this.name = "MaterializationJobFailedError";
    this.job = job;
    this.lastError = lastError;
  }
}
