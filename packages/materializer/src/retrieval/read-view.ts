import type { RetrievalPayload } from "@tesela/contract";
import {
  historySql,
  micros,
  storedSql,
  storedVersionsSql,
  type AskedView,
  type LivePath,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import type { LedgerTime } from "@tesela/registry";
import type { TaskOptions } from "../engine/engine.ts";
import { deletedByFile, deletedKeysOf } from "../job/delete/deleted-keys.ts";
import { eventsOf } from "../source/incremental-events.ts";
import { checkUnchanged } from "../source/source-reader.ts";
import { openView } from "../source/view-source.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { chosenFiles, type FileChoice } from "./chosen-files.ts";

/** What is asked of one view. */
export interface OpenViewRequest {
  readonly asked: AskedView;
  readonly generationId: number;
  readonly payload: RetrievalPayload;
  /** The history that the read needs; `null` where it needs none. */
  readonly needed: TimeRange | null;
  /** The gaps of the history, given what is live; throws `NOT_MATERIALIZED` where they may not be. */
  readonly gapsOf: (live: readonly TimeRange[], needed: TimeRange) => Promise<readonly TimeRange[]>;
  readonly choice: FileChoice;
  /** Whether nothing will be read: files of the offline store are then only named. */
  readonly isPlan: boolean;
}

/** A view whose history is open for one read. */
export interface OpenedReadView extends AsyncDisposable {
  readonly asked: AskedView;
  readonly stored: Sql;
  readonly gaps: readonly TimeRange[];
  /** Exact local files that `stored` reads. */
  readonly paths: readonly string[];
  /** How many stored rows these hold; `null` where that is not known. */
  readonly rows: number | null;
  readonly bytes: number;
  /** Whether all files that hold something of what is needed are among them. */
  readonly isWhole: boolean;
  /** Throws `SOURCE_INVALID` when a source file changed during the read. */
  checkUnchanged(): Promise<void>;
}

/** The choice of a read, which needs all of its files. */
export const ALL_FILES: FileChoice = { kind: "all" };

const NOTHING: TimeRange = { start: micros(0n), end: micros(0n) };

/** Opens what a view stores, or computes it from the source: undefined means the store where there is one. */
export async function openReadView(
  context: WorkerContext,
  request: OpenViewRequest,
  options: TaskOptions,
): Promise<OpenedReadView> {
  return readsSource(request.asked, request.payload)
    ? openFromSource(context, request, options)
    : openFromStore(context, request, options);
}

/** Where a read looks (TIME T12, T14): what a feature table was given is its source. */
export function readsSource(
  { view, fences }: AskedView,
  { fromSource }: Pick<RetrievalPayload, "fromSource">,
): boolean {
  if (view.kind === "table") return false;
  return (fences.isKnownAt && view.shape.kind === "aggregates") || (fromSource ?? !view.offline);
}

async function openFromSource(
  { engine, registry, sourceRoots, sourceLimits }: WorkerContext,
  { asked, generationId, needed }: OpenViewRequest,
  options: TaskOptions,
): Promise<OpenedReadView> {
  const { view } = asked;
  const opened = await openView({ engine, roots: sourceRoots, limits: sourceLimits }, view, options);
  const deleted = await deletedKeysOf(registry, { generationId, view, store: "offline" });
  const events = eventsOf(view, { ...opened, deleted }, needed ?? NOTHING);
  return {
    asked,
    stored: historySql(asked, events),
    gaps: [],
    paths: opened.paths,
    rows: null,
    bytes: totalBytes(opened.sources.flatMap(({ files }) => files)),
    isWhole: true,
    checkUnchanged: () => checkUnchanged(opened.sources),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function openFromStore(
  { registry, offlineStore }: WorkerContext,
  { asked, generationId, needed, payload, gapsOf, choice, isPlan }: OpenViewRequest,
  options: TaskOptions,
): Promise<OpenedReadView> {
  const at: LedgerTime = payload.asOf === null ? {} : { asOf: micros(BigInt(payload.asOf)) };
  // Ranges first: a commit in between then shows as missing, and never as a range whose files are not read.
  const live = (await registry.ledger.ranges(generationId, "offline", at)).map(({ range }) => range);
  const { files } = await registry.ledger.snapshot(generationId, { store: "offline", ...at });
  const range = needed ?? NOTHING;
  const gaps = needed === null || asked.view.kind === "table" ? [] : await gapsOf(live, needed);
  const read = chosenFiles(files, range, choice);
  const of = { generationId, view: asked.view, store: "offline" } as const;
  const deletedIn = await deletedByFile(registry, of, read);
  await using stack = new AsyncDisposableStack();
  const local: LivePath[] = [];
  for (const file of read) {
    const path = isPlan ? file.path : stack.use(await offlineStore.open(file.path, options)).localPath;
    local.push({ path, live: file.live, deleted: deletedIn(file) });
  }
  const opened = stack.move();
  const select = asked.fences.isKnownAt ? storedVersionsSql : storedSql;
  return {
    asked,
    stored: select(asked.view, local, range),
    gaps,
    paths: local.map(({ path }) => path),
    rows: read.reduce((sum, { rows }) => sum + rows, 0),
    bytes: totalBytes(read),
    isWhole: read.length === chosenFiles(files, range, ALL_FILES).length,
    checkUnchanged: async () => undefined,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function totalBytes(files: readonly { readonly bytes: number | bigint }[]): number {
  return files.reduce((sum, { bytes }) => sum + Number(bytes), 0);
}
