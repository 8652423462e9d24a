import { TeselaError } from "@tesela/core";
import type { Job } from "@tesela/contract";
import { connectWorkspace } from "./connection.ts";
import type { Context } from "./context.ts";
import { jobProgress } from "./progress.ts";

/** Which job to wait for, and how long at most. */
export interface AwaitedJob {
  readonly id: string;
  readonly view: string;
  /** For ever where it is `null`. */
  readonly timeout: string | null;
}

/** Waits for a job's success with its progress; Ctrl-C ends the wait, not the job. */
export async function waitForJob({ id, view, timeout }: AwaitedJob, context: Context): Promise<Job> {
  const { config, signal, terminal } = context;
  const progress = jobProgress(terminal, view);
  const onProgress = (job: Job): void => progress.show(job);
  const options = { signal, onProgress, ...(timeout === null ? {} : { timeout }) };
  try {
    return await connectWorkspace(config).getFeatureView(view).waitForMaterializationJob(id, options);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new TeselaError("CANCELLED", `Stopped waiting; job ${id} goes on.`, { cause: error });
  } finally {
    progress.end();
  }
}
