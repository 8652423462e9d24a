import {
  intersect,
  mergeRanges,
  NO_DELETED_KEYS,
  subtractRanges,
  type LivePath,
  type TimeRange,
} from "@tesela/core";
import type { ClaimedAttempt, Commit, LiveFile, Registry } from "@tesela/registry";
import type { TaskOptions } from "../../engine/engine.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { deletedByFile, type DeletionsOf } from "../delete/deleted-keys.ts";

/** Files of a table on the local disk, until disposal. */
export interface OpenFiles extends AsyncDisposable {
  readonly files: readonly LivePath[];
  readonly paths: readonly string[];
}

/**
 * The files that hold the rows of a table, whichever stores it had when they came: each instant is covered by the
 * latest commit of it alone, which has merged all that was there before.
 */
export async function liveFiles({ ledger }: Registry, generationId: number): Promise<readonly LiveFile[]> {
  const offline = await ledger.snapshot(generationId, { store: "offline" });
  const online = await ledger.snapshot(generationId, { store: "online" });
  return latestOf([...offline.files, ...online.files]);
}

/** The same with an ingest that has committed: online its ranges are only reserved until its push is done. */
export async function liveFilesAfter(
  registry: Registry,
  { generationId, jobId }: ClaimedAttempt,
  commit: Commit,
): Promise<readonly LiveFile[]> {
  const reserved = await registry.ledger.reservations(generationId, "online");
  const live = reserved.filter((one) => one.jobId === jobId).map(({ range }) => range);
  const own = (await registry.ledger.filesOfCommit(commit.id)).map((file) => ({ ...file, live }));
  return latestOf([...own, ...(await liveFiles(registry, generationId))]);
}

/** Of files that cover the same instants, that of the later commit keeps them. */
export function latestOf(files: readonly LiveFile[]): readonly LiveFile[] {
  const covered: TimeRange[] = [];
  const byPath = [...Map.groupBy(files, ({ path }) => path).values()];
  const whole = byPath.map((same) => ({ ...same[0]!, live: mergeRanges(same.flatMap(({ live }) => live)) }));
  return whole
    .toSorted((a, b) => Number(b.commitSeq - a.commitSeq))
    .map((file) => {
      const live = file.live.flatMap((part) => subtractRanges(part, covered));
      covered.push(...file.live);
      return { ...file, live };
    });
}

/** Opens the files that have live rows in any of the ranges, without the keys that a store hides. */
export async function openFiles(
  { offlineStore, registry }: WorkerContext,
  files: readonly LiveFile[],
  ranges: readonly TimeRange[],
  options: TaskOptions,
  of: DeletionsOf | null = null,
): Promise<OpenFiles> {
  await using stack = new AsyncDisposableStack();
  const opened: LivePath[] = [];
  const deletedIn = of === null ? null : await deletedByFile(registry, of, files);
  for (const file of files) {
    const { path, live } = file;
    if (!live.some((part) => ranges.some((range) => intersect(part, range) !== null))) continue;
    const { localPath } = stack.use(await offlineStore.open(path, options));
    opened.push({ path: localPath, live, deleted: deletedIn?.(file) ?? NO_DELETED_KEYS });
  }
  const held = stack.move();
  return {
    files: opened,
    paths: opened.map(({ path }) => path),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
