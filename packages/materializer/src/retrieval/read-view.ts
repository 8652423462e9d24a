import type { RetrievalPayload } from "@tesela/contract";
import {
  computedSql,
  eventsSql,
  overlaps,
  storedSql,
  type CompiledView,
  type LivePath,
  type Spine,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import type { TaskOptions } from "../engine/engine.ts";
import { checkUnchanged } from "../source/source-reader.ts";
import { openView } from "../source/view-source.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { missingRanges } from "./coverage.ts";

/** What is asked of one view. */
export interface ReadViewRequest {
  readonly view: CompiledView;
  readonly generationId: number;
  readonly spine: Spine;
  /** The history that the spine needs; `null` where it needs none. */
  readonly needed: TimeRange | null;
  readonly payload: RetrievalPayload;
}

/** A view whose history is open for one read. */
export interface OpenedReadView extends AsyncDisposable {
  readonly view: CompiledView;
  readonly stored: Sql;
  readonly gaps: readonly TimeRange[];
  /** Exact local files that `stored` reads. */
  readonly paths: readonly string[];
  /** Throws `SOURCE_INVALID` when a source file changed during the read. */
  checkUnchanged(): Promise<void>;
}

const NOTHING: TimeRange = { start: 0n as TimeRange["start"], end: 0n as TimeRange["end"] };

/** Opens what a view stores, or computes it from the source: undefined means the store where there is one. */
export async function openReadView(
  context: WorkerContext,
  request: ReadViewRequest,
  options: TaskOptions,
): Promise<OpenedReadView> {
  const fromSource = request.payload.fromSource ?? !request.view.offline;
  return fromSource ? openFromSource(context, request, options) : openFromStore(context, request, options);
}

async function openFromSource(
  { engine, sourceRoots, sourceLimits }: WorkerContext,
  { view, needed }: ReadViewRequest,
  options: TaskOptions,
): Promise<OpenedReadView> {
  const opened = await openView({ engine, roots: sourceRoots, limits: sourceLimits }, view, options);
  return {
    view,
    stored: computedSql(view, eventsSql(view, opened.relations, needed ?? NOTHING)),
    gaps: [],
    paths: opened.paths,
    checkUnchanged: () => checkUnchanged(opened.sources),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function openFromStore(
  { engine, registry, offlineStore }: WorkerContext,
  { view, generationId, spine, needed, payload }: ReadViewRequest,
  options: TaskOptions,
): Promise<OpenedReadView> {
  // Ranges first: a commit in between then shows as missing, and never as a range whose files are not read.
  const live = (await registry.ledger.ranges(generationId, "offline")).map(({ range }) => range);
  const { files } = await registry.ledger.snapshot(generationId, { store: "offline" });
  const range = needed ?? NOTHING;
  const gaps =
    needed === null
      ? []
      : await missingRanges(engine, spine, view, needed, live, payload.onUnmaterialized, options);
  await using stack = new AsyncDisposableStack();
  const local: LivePath[] = [];
  for (const file of files.filter((one) => one.live.some((part) => overlaps(part, range)))) {
    local.push({ path: stack.use(await offlineStore.open(file.path)).localPath, live: file.live });
  }
  const opened = stack.move();
  return {
    view,
    stored: storedSql(view, local, range),
    gaps,
    paths: local.map(({ path }) => path),
    checkUnchanged: async () => undefined,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
