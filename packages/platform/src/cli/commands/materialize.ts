import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { MaterializeInvocation } from "../invocation.ts";
import { waitForJob } from "../wait-for-job.ts";

/** Starts a job and, if asked to, waits for its end. */
export async function materialize(invocation: MaterializeInvocation, context: Context): Promise<void> {
  const { start, end, stores, isOverwrite: overwrite, isRetried: useManagedRetries } = invocation;
  const view = connectWorkspace(context.config).getFeatureView(invocation.view);
  const request = { startTime: start, endTime: end, overwrite, useManagedRetries, ...stores };
  const id = await view.triggerMaterializationJob(request, { signal: context.signal });
  if (!invocation.isWaiting) return context.terminal.result({ jobId: id }, `Job ${id} has started.`);
  const job = await waitForJob({ id, view: view.name, timeout: null }, context);
  context.terminal.result({ job }, `Job ${id}: ${job.state}, [${job.startTime}, ${job.endTime}).`);
}
