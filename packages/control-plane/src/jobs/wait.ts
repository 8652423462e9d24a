import { parseInstant, TeselaError } from "@tesela/core";
import type { Job } from "@tesela/registry";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";

const SECOND_MS = 1_000;

/**
 * The job as soon as it is another than `since` (default: than now) or is final, else as it is when the time is
 * over, the server stops, or the client has gone.
 */
export async function waitForJob({ registry }: Services, call: Call<"waitForJob">): Promise<Job> {
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  const { id: jobId } = call.parameters;
  const { since, timeoutSeconds } = call.query;
  try {
    return await registry.jobs.waitForChange(jobId, {
      since: since === undefined ? undefined : dateOf(since),
      timeoutMs: timeoutSeconds * SECOND_MS,
      workspaceId,
      signal: call.signal,
    });
  } catch (error) {
    if (!isAborted(error, call.signal)) throw error;
    return registry.jobs.get(workspaceId, jobId);
  }
}

/** A job's times have whole milliseconds. */
function dateOf(instant: string): Date {
  return new Date(Number(parseInstant(instant) / 1000n));
}

/** Whether an error only says that the wait was ended. */
export function isAborted(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error instanceof TeselaError && error.code === "CANCELLED";
}
