import type { CompiledView, TimeRange } from "@tesela/core";
import type { ClaimedAttempt, PartOutput } from "@tesela/registry";
import type { TaskOptions } from "../../engine/engine.ts";
import { checkUnchanged } from "../../source/source-reader.ts";
import type { OpenedView } from "../../source/view-source.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { computeRange } from "../compute-range.ts";
import { dataPath } from "../data-path.ts";
import { hiddenKeysOf } from "../delete/deleted-keys.ts";

/** What is computed of which attempt, and from what. */
export interface PartWork {
  readonly attempt: ClaimedAttempt;
  readonly view: CompiledView;
  readonly opened: OpenedView;
}

/** Computes a range, the whole of a job or a part, and brings its file to the offline store. */
export async function computePart(
  { engine, offlineStore, registry, failpoint }: WorkerContext,
  { attempt, view, opened }: PartWork,
  { range, name, countsTimeless }: { range: TimeRange; name: string; countsTimeless: boolean },
  options: TaskOptions,
): Promise<PartOutput> {
  await using scratch = await offlineStore.createScratch();
  const work = { range, directory: scratch.directory, countsTimeless };
  const { deleted, deletionId } = await hiddenKeysOf(registry, attempt, view);
  const visible = { ...opened, deleted };
  const { path, rows, rejectedRows, minTime, maxTime } = await computeRange(
    engine,
    view,
    visible,
    work,
    options,
  );
  failpoint("after-compute");
  await checkUnchanged(opened.sources);
  if (rows === 0) return { file: null, rows, rejectedRows };
  const stored = await offlineStore.put(path, dataPath(attempt, name), { signal: options.signal });
  failpoint("after-put");
  return { file: { ...stored, rows, minTime, maxTime, deletionId }, rows, rejectedRows };
}
