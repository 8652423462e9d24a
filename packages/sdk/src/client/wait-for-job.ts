import { MAX_WAIT_SECONDS, type Job } from "@tesela/contract";
import { isFinal, parseDuration } from "@tesela/core";
import type { CallOptions, Http } from "./http.ts";
import { MaterializationJobFailedError, MaterializationTimeoutError } from "./job-errors.ts";
import { WAIT_RETRY } from "./retry.ts";

/** How long after the end of a wait the server's answer may still come. */
const GRACE_MS = 1_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How to wait for a job. */
export interface WaitOptions extends CallOptions {
  /** The longest to wait, such as `"10m"`; for ever unless told. */
  readonly timeout?: string | undefined;
  /** The same in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Called with the job as it is first seen and whenever it has changed. */
  readonly onProgress?: ((job: Job) => void) | undefined;
}

/**
 * The job when it has succeeded. Throws `MaterializationJobFailedError` when it ends otherwise and
 * `MaterializationTimeoutError` when the time is over first.
 */
export async function waitForJob(
  http: Http,
  workspace: string,
  id: string,
  options: WaitOptions,
): Promise<Job> {
  const timeoutMs = timeoutOf(options);
  const deadline = performance.now() + timeoutMs;
  let { job } = await http.call("getJob", { workspace, id }, { signal: options.signal });
  options.onProgress?.(job);
  while (!isFinal(job.state)) {
    const leftMs = deadline - performance.now();
    const next: Job | null = leftMs <= 0 ? null : await changed(http, job, leftMs, options.signal);
    if (next === null) throw new MaterializationTimeoutError(job, timeoutMs);
    if (next.updatedAt !== job.updatedAt) options.onProgress?.(next);
    job = next;
  }
  if (job.state !== "SUCCESS") throw new MaterializationJobFailedError(job);
  return job;
}

/** The job when it has changed, or as it is after a while; `null` where no server answered in the time left. */
async function changed(
  http: Http,
  job: Job,
  leftMs: number,
  signal: AbortSignal | undefined,
): Promise<Job | null> {
  const timeoutSeconds = Math.min(MAX_WAIT_SECONDS, leftMs / 1000);
  const over = AbortSignal.timeout(Math.min(Math.ceil(leftMs) + GRACE_MS, LONGEST_TIMER_MS));
  const options = {
    query: { timeoutSeconds, since: job.updatedAt },
    extraMs: timeoutSeconds * 1000,
    retry: WAIT_RETRY,
    signal: signal === undefined ? over : AbortSignal.any([signal, over]),
  };
  try {
    return (await http.call("waitForJob", { workspace: job.workspace, id: job.id }, options)).job;
  } catch (error) {
    if (over.aborted && signal?.aborted !== true) return null;
    throw error;
  }
}

function timeoutOf({ timeout, timeoutMs }: WaitOptions): number {
  if (timeout !== undefined) return Number(parseDuration(timeout)) / 1000;
  return timeoutMs ?? Number.POSITIVE_INFINITY;
}
