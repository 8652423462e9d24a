import { connectWorkspace } from "../connection.ts";
import { jobProgress } from "../progress.ts";
import { TeselaError } from "@tesela/core";
import type { Job } from "@tesela/contract";
import type { FeatureView } from "@tesela/sdk";
import type { Context } from "../context.ts";
import type { MaterializeInvocation } from "../invocation.ts";

/** Starts a job and, if asked to, waits for its end. */
export async function materialize(invocation: MaterializeInvocation, context: Context): Promise<void> {
  const view = connectWorkspace(context.config).getFeatureView(invocation.view);
  const { start, end, stores, isOverwrite } = invocation;
  const request = { startTime: start, endTime: end, overwrite: isOverwrite, ...stores };
  const id = await view.triggerMaterializationJob(request, { signal: context.signal });
  if (!invocation.isWaiting) return context.terminal.result({ jobId: id }, `Job ${id} has started.`);
  const job = await wait(view, id, context);
  context.terminal.result({ job }, `Job ${id}: ${job.state}, [${job.startTime}, ${job.endTime}).`);
}

async function wait(view: FeatureView, id: string, { terminal, signal }: Context): Promise<Job> {
  const progress = jobProgress(terminal, view.name);
  try {
    return await view.waitForMaterializationJob(id, { signal, onProgress: (job) => progress.show(job) });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new TeselaError("CANCELLED", `Stopped waiting; job ${id} goes on.`, { cause: error });
  } finally {
    progress.end();
  }
}
