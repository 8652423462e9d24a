import type { Job, JobLogLine } from "@tesela/contract";
import { isFinal } from "@tesela/core";
import { MaterializationJobFailedError } from "@tesela/sdk";
import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { JobInvocation, JobListInvocation, JobShowInvocation } from "../invocation.ts";
import { printJob, printJobs } from "../print-job.ts";
import { waitForJob } from "../wait-for-job.ts";

/** Lists jobs, the newest first. */
export async function listJobs({ view, filters, limit }: JobListInvocation, context: Context): Promise<void> {
  const workspace = connectWorkspace(context.config);
  const owner = view === null ? workspace : workspace.getFeatureView(view);
  const jobs: Job[] = [];
  for await (const job of owner.eachMaterializationJob({ ...filters, signal: context.signal })) {
    if (jobs.push(job) === limit) break;
  }
  context.terminal.result({ jobs }, jobs.length === 0 ? "There are no such jobs." : printJobs(jobs));
}

/** Shows a job with its attempts and its log. */
export async function showJob(
  { id }: JobShowInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const workspace = connectWorkspace(config);
  const job = await workspace.getMaterializationJob(id, { signal });
  const view = workspace.getFeatureView(job.featureView);
  const logs: readonly JobLogLine[] = await view.getMaterializationJobLogs(id, { signal });
  terminal.result({ job, logs }, printJob(job, logs));
}

/** Cancels a job and, if asked to, waits until it has stopped. */
export async function cancelJob(invocation: JobInvocation, context: Context): Promise<void> {
  const { id, timeout } = invocation;
  const { terminal, signal } = context;
  const workspace = connectWorkspace(context.config);
  const { featureView: view } = await workspace.getMaterializationJob(id, { signal });
  let job = await workspace.getFeatureView(view).cancelMaterializationJob(id, { signal });
  if (invocation.isWaiting && !isFinal(job.state)) job = await ended({ id, view, timeout }, context);
  terminal.result({ job }, `Job ${id}: ${job.state}.`);
}

/** Tries a job again and, if asked to, waits for its success. */
export async function retryJob(invocation: JobInvocation, context: Context): Promise<void> {
  const { id, timeout } = invocation;
  const { terminal, signal } = context;
  const workspace = connectWorkspace(context.config);
  const { featureView: view } = await workspace.getMaterializationJob(id, { signal });
  let job = await workspace.getFeatureView(view).retryMaterializationJob(id, { signal });
  if (invocation.isWaiting) job = await waitForJob({ id, view, timeout }, context);
  terminal.result({ job }, `Job ${id}: ${job.state}.`);
}

/** Waits for a job's success. */
export async function awaitJob(
  { id, timeout }: Pick<JobInvocation, "id" | "timeout">,
  context: Context,
): Promise<void> {
  const { signal } = context;
  const { featureView: view } = await connectWorkspace(context.config).getMaterializationJob(id, { signal });
  const job = await waitForJob({ id, view, timeout }, context);
  context.terminal.result({ job }, `Job ${id}: ${job.state}.`);
}

/** The job once it has ended, however it has. */
async function ended(awaited: Parameters<typeof waitForJob>[0], context: Context): Promise<Job> {
  try {
    return await waitForJob(awaited, context);
  } catch (error) {
    if (error instanceof MaterializationJobFailedError) return error.job;
    throw error;
  }
}
