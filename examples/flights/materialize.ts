import type { FeatureView } from "@tesela/sdk";
import type { Report } from "./report.ts";

/** A range to materialize; the end is not part of it. */
export interface Range {
  readonly startTime: string;
  readonly endTime: string;
}

type Described = Awaited<ReturnType<FeatureView["describe"]>>;

/** Materializes a range of a view unless that is done, and waits; a job that another run has left is waited for. */
export async function materialize(
  report: Report,
  view: FeatureView,
  range: Range,
  signal: AbortSignal,
): Promise<void> {
  await report.step(`Materialize ${view.name}`, async (show) => {
    if (isMaterialized(await view.describe({ signal }), range))
      return { value: null, says: "already materialized" };
    const id = (await runningJob(view, range, signal)) ?? (await trigger(view, range, signal));
    const job = await view.waitForMaterializationJob(id, {
      signal,
      onProgress: ({ progress }) => show({ fraction: progress.fraction ?? 0, phase: progress.phase }),
    });
    const rows = (job.attempts.at(-1)?.rows ?? 0).toLocaleString("en-US");
    return { value: null, says: `${rows} rows of [${range.startTime}, ${range.endTime}) in both stores` };
  });
}

/** `overwrite` also does for what an earlier, shorter job has left. */
function trigger(view: FeatureView, range: Range, signal: AbortSignal): Promise<string> {
  return view.triggerMaterializationJob({ ...range, overwrite: true }, { signal });
}

async function runningJob(view: FeatureView, range: Range, signal: AbortSignal): Promise<string | null> {
  const jobs = await view.listMaterializationJobs({ signal });
  const running = jobs.find(({ state, startTime, endTime }) => {
    const isActive = state === "PENDING" || state === "RUNNING" || state === "MANUAL_RETRY";
    return isActive && startTime === range.startTime && endTime === range.endTime;
  });
  return running?.id ?? null;
}

function isMaterialized({ materialization: { offline, online } }: Described, range: Range): boolean {
  return [offline, online].every(({ ranges }) =>
    ranges.some(({ startTime, endTime }) => startTime <= range.startTime && endTime >= range.endTime),
  );
}
