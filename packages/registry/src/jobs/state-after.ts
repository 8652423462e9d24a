import { nextJobState, TeselaError, type JobEvent, type JobState } from "@tesela/core";

/** The job's next state. Throws `CANCELLED` after a request to cancel, else `CONFLICT`, where the table refuses. */
export function stateAfter(
  job: { readonly id: string; readonly state: JobState },
  event: JobEvent,
): JobState {
  const next = nextJobState(job.state, event);
  if (next !== null) return next;
  if (job.state === "MANUAL_CANCELLATION_REQUESTED") {
    throw new TeselaError(
      "CANCELLED",
      `Job ${job.id} is being cancelled: nothing more of it can be published.`,
    );
  }
  throw new TeselaError("CONFLICT", `Job ${job.id} is ${job.state}: "${event}" is not possible.`);
}
