import type { HousekeepingWork, Job } from "@tesela/contract";
import type { Workspace } from "@tesela/sdk";
import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { HousekeepingInvocation } from "../invocation.ts";
import { jobProgress } from "../progress.ts";
import { printTable } from "../table.ts";

/** Which jobs each command asks for. */
const TYPES = { gc: ["collect", "compact", "cleanup", "served"], rebuild: ["rebuild"] } as const;

/** Asks for housekeeping, or only for what there is to do, and shows it. */
export async function housekeep(invocation: HousekeepingInvocation, context: Context): Promise<void> {
  const { command, view, isDryRun, isWaiting } = invocation;
  const workspace = connectWorkspace(context.config);
  const request = { types: [...TYPES[command]], dryRun: isDryRun, ...(view === null ? {} : { view }) };
  const work = await workspace.housekeep(request, { signal: context.signal });
  if (isWaiting) for (const one of work) await wait(workspace, one, context);
  context.terminal.result({ work }, work.length === 0 ? "There is nothing to do." : print(work));
}

async function wait(workspace: Workspace, work: HousekeepingWork, context: Context) {
  if (work.jobId === null) return;
  const { featureView, type, jobId } = work;
  const { signal, terminal } = context;
  const progress = jobProgress(terminal, `${type} ${featureView}`);
  try {
    const options = { signal, onProgress: (job: Job) => progress.show(job) };
    await workspace.getFeatureView(featureView).waitForMaterializationJob(jobId, options);
  } finally {
    progress.end();
  }
}

function print(work: readonly HousekeepingWork[]): string {
  const rows = work.map((one) => [
    one.type,
    one.type === "served" ? one.featureService : one.featureView,
    one.type === "served" ? "" : String(one.generation),
    String(one.files),
    String(one.bytes),
    one.jobId ?? "",
  ]);
  return printTable(["WORK", "OF", "GENERATION", "FILES", "BYTES", "JOB"], rows);
}
