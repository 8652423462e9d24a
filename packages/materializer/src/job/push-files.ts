import { subtractRanges, type CompiledView, type LivePath, type TimeRange } from "@tesela/core";
import type { Commit, LiveFile } from "@tesela/registry";
import type { WorkerContext } from "../worker/worker-context.ts";
import { deletedByFile } from "./delete/deleted-keys.ts";
import type { PushFiles } from "./push-sql.ts";

/** What a push writes, and the ranges that were online and are no longer: they are brought again. */
export interface PushedCommit {
  readonly generationId: number;
  readonly view: CompiledView;
  readonly range: TimeRange;
  readonly commit: Commit;
  readonly lost: readonly TimeRange[];
}

/** The files that `pushSql` reads, on the local disk until disposal. */
export interface OpenPushFiles extends Omit<PushFiles, "edgeBefore" | "edgeAfter">, AsyncDisposable {
  readonly paths: readonly string[];
}

/** The files of a push by what they are for. */
type FilesByUse = Readonly<Record<"fresh" | "before" | "replaced", readonly LiveFile[]>>;

/** Opens what a push reads: the commit's own files and, where rows may have to go, what is online. */
export async function openPushFiles(context: WorkerContext, pushed: PushedCommit): Promise<OpenPushFiles> {
  const files = await filesOf(context, pushed);
  await using stack = new AsyncDisposableStack();
  const paths = new Map<string, string>();
  for (const { path } of Object.values(files).flat()) {
    if (!paths.has(path)) paths.set(path, stack.use(await context.offlineStore.open(path)).localPath);
  }
  const of = { ...pushed, store: "online" } as const;
  const deletedIn = await deletedByFile(context.registry, of, Object.values(files).flat());
  const local = (some: readonly LiveFile[]): LivePath[] =>
    some.map((file) => ({ path: paths.get(file.path)!, live: file.live, deleted: deletedIn(file) }));
  const opened = stack.move();
  return {
    range: hull([pushed.range, ...pushed.lost]),
    fresh: local(files.fresh),
    before: local(files.before),
    replaced: local(files.replaced),
    paths: [...paths.values()],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function filesOf(context: WorkerContext, pushed: PushedCommit): Promise<FilesByUse> {
  const { ledger } = context.registry;
  const { generationId, range, commit, lost } = pushed;
  const own = (await ledger.filesOfCommit(commit.id)).map((file) => ({ ...file, live: [range] }));
  const online = async () => (await ledger.snapshot(generationId, { store: "online" })).files;
  if (lost.length > 0) {
    return { fresh: [...own, ...outside(await online(), range)], before: [], replaced: [] };
  }
  const { files } = await ledger.filesOfRange(generationId, { store: "online", range });
  const replaced = [...files, ...(await ledger.abandonedFiles(generationId, range))];
  return { fresh: own, before: replaced.length > 0 ? await online() : [], replaced };
}

function outside(files: readonly LiveFile[], range: TimeRange): LiveFile[] {
  return files.map((file) => ({ ...file, live: file.live.flatMap((part) => subtractRanges(part, [range])) }));
}

function hull(ranges: readonly TimeRange[]): TimeRange {
  const starts = ranges.map(({ start }) => start);
  const ends = ranges.map(({ end }) => end);
  return {
    start: starts.reduce((a, b) => (a < b ? a : b)),
    end: ends.reduce((a, b) => (a > b ? a : b)),
  };
}
