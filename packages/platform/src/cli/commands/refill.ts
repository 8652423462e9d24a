import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { RefillInvocation } from "../invocation.ts";
import { printJobs } from "../print-job.ts";

/** Lets the schedule fill again what cancelled and failed jobs have left empty, or materializes what is stale. */
export async function refill(
  { view, range }: RefillInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const target = connectWorkspace(config).getFeatureView(view);
  if (range === "stale") {
    const jobs = await target.refreshStaleRanges({ signal });
    return terminal.result({ jobs }, jobs.length === 0 ? "Nothing is known to be stale." : printJobs(jobs));
  }
  const filled = await target.refill({ ...range, signal });
  const { released, jobsMade } = filled;
  const text = `${count(released, "job")} let go of what was left empty; the schedule has made ${count(jobsMade, "job")}.`;
  terminal.result(filled, text);
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
