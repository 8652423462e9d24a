import { basename } from "node:path";
import type { ExplainedView, ExplainPayload } from "@tesela/contract";
import {
  bound,
  formatDuration,
  formatInstant,
  joinConditionOf,
  micros,
  strategiesOf,
  windowsOf,
  type AskedView,
  type EpochMicros,
  type TimeRange,
} from "@tesela/core";
import { readsSource, type OpenedReadView } from "../retrieval/read-view.ts";
import type { WorkerContext } from "../worker/worker-context.ts";

/** A view of a read that is open, and what the read needs of it. */
export interface ViewToExplain {
  readonly opened: OpenedReadView;
  readonly generationId: number;
  readonly needed: TimeRange | null;
  /** An instant of the spine. */
  readonly example: EpochMicros | null;
}

/** Source files that are named. */
const NAMED_FILES = 100;

/** What a historical read would do for a view. */
export async function explainView(
  context: WorkerContext,
  payload: ExplainPayload,
  view: ViewToExplain,
): Promise<ExplainedView> {
  const { opened, example, needed } = view;
  const { asked, gaps } = opened;
  const { time } = asked.view;
  const boundary = example === null ? null : bound(time, example, asked.fences);
  return {
    featureView: asked.view.name,
    name: asked.name,
    source: await explainSource(context, payload, view),
    joinCondition: joinConditionOf(asked),
    example:
      example === null || boundary === null
        ? null
        : { instant: formatInstant(example), bound: formatInstant(boundary) },
    windows: (boundary === null ? [] : windowsOf(asked, boundary)).map(({ features, window, range }) => ({
      features: [...features],
      window,
      example: rangeOf(range),
    })),
    embargo: asked.fences.embargo === 0n ? null : formatDuration(asked.fences.embargo),
    dataDelay: formatDuration(time.dataDelay),
    grain: time.grain === 1n ? "1us" : formatDuration(time.grain),
    strategy: [...strategiesOf(asked)],
    needed: needed === null ? null : rangeOf(needed),
    gaps: gaps.map(rangeOf),
  };
}

function rangeOf({ start, end }: TimeRange): { startTime: string; endTime: string } {
  return { startTime: formatInstant(start), endTime: formatInstant(end) };
}

async function explainSource(
  { registry }: WorkerContext,
  payload: ExplainPayload,
  { opened: { asked, paths, bytes }, generationId }: ViewToExplain,
): Promise<ExplainedView["source"]> {
  const counts = { files: paths.length, bytes };
  const why = whyOf(asked, payload);
  if (readsSource(asked, payload)) {
    const fileNames = paths.slice(0, NAMED_FILES).map((path) => basename(path));
    return { kind: "source", why, commit: null, ...counts, fileNames };
  }
  const at = payload.asOf === null ? {} : { asOf: micros(BigInt(payload.asOf)) };
  const { commitSeq } = await registry.ledger.snapshot(generationId, { store: "offline", ...at });
  return { kind: "offline store", why, commit: String(commitSeq), ...counts, fileNames: [] };
}

function whyOf({ view, fences }: AskedView, { fromSource, asOf }: ExplainPayload): string {
  if (view.kind === "table") return "a feature table is read where its rows were ingested";
  if (asOf !== null) return `asOf ${formatInstant(micros(BigInt(asOf)))}`;
  if (fences.isKnownAt && view.shape.kind === "aggregates") return "knownAt reads aggregates from the source";
  if (fromSource !== null) return `fromSource: ${fromSource}`;
  return view.offline ? "the view has an offline store" : "the view has no offline store";
}
