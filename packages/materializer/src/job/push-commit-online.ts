import { edge, mergeRanges, micros, type CompiledView, type EpochMicros, type TimeRange } from "@tesela/core";
import {
  pushCommit,
  readState,
  type GenerationState,
  type Marker,
  type PushTarget,
} from "@tesela/online-store";
import type { ClaimedAttempt, Commit, LiveRange } from "@tesela/registry";
import type { Lease } from "../worker/lease.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { hideAgain } from "./delete/hide-again.ts";
import { readKeyRows } from "./key-rows.ts";
import { openPushFiles } from "./push-files.ts";
import { pushSql } from "./push-sql.ts";
import { pushSessionOf } from "./push-turn.ts";

/** Brings a commit of a range to the online store, after all earlier ones of the view; gives the edge it leads to. */
export async function pushOnline(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  view: CompiledView,
  range: TimeRange,
  commit: Commit,
  lease: Lease,
): Promise<EpochMicros | null> {
  const target = targetOf(context, attempt, view);
  const live = await context.registry.ledger.ranges(attempt.generationId, "online");
  const edgeAfter = edge(view.time, mergeRanges([...live.map((one) => one.range), range]));
  const begun = await stateBefore(target, live, edgeAfter);
  const { marker: before } = begun;
  const noteHidden = before === null ? await hideAgain(context, target) : null;
  const edges = { edgeBefore: edgeBefore(before, edgeAfter), edgeAfter };
  const lost = before === null ? live.map((one) => one.range) : [];
  await using files = await openPushFiles(context, {
    generationId: attempt.generationId,
    view,
    range,
    commit,
    lost,
  });
  const query = pushSql(view, { ...edges, ...files });
  const batches = readKeyRows(pushSessionOf(context, files.paths), query, view.joinKeys.length, lease.signal);
  const scope = { commitSeq: commit.seq, range: files.range, ...edges };
  const push = { begun, scope, isOverwrite: files.replaced.length > 0, batches };
  await pushCommit(target, push, {
    signal: lease.signal,
    onKeys: (keys) => {
      context.failpoint("mid-push");
      lease.report({ phase: "publishing", fraction: null, rows: keys });
    },
  });
  await noteHidden?.(begun.history);
  return edgeAfter;
}

function targetOf(
  { onlineStore: store }: WorkerContext,
  { workspaceId, generationId: generation }: ClaimedAttempt,
  view: CompiledView,
): PushTarget {
  return { store, view, workspaceId, generation };
}

/**
 * What the store says it holds; no marker also where that is less than the ledger knows of, or does not reach back to
 * the edge: an older range that was materialized later may lie before a gap. Then what is there goes, and this push
 * brings everything again (decision 7).
 */
async function stateBefore(
  target: PushTarget,
  live: readonly LiveRange[],
  edgeAfter: EpochMicros | null,
): Promise<GenerationState> {
  await target.store.prepareGeneration(target.generation);
  const begun = await readState(target);
  const isWhole = live.every(({ commitSeq }) => commitSeq <= (begun.marker?.commitSeq ?? 0n));
  if (isWhole && reachesBack(begun.marker, edgeAfter)) return begun;
  await target.store.dropGeneration(target.generation);
  await target.store.prepareGeneration(target.generation);
  return { ...begun, marker: null };
}

function reachesBack(marker: Marker | null, edgeAfter: EpochMicros | null): boolean {
  const from = marker?.retainedFrom ?? null;
  return from === null || edgeAfter === null || from <= edgeAfter;
}

/** A push that was given up after its marker has left an edge that the ledger does not know: it goes back. */
function edgeBefore(marker: Marker | null, edgeAfter: EpochMicros | null): EpochMicros | null {
  if (marker === null || marker.edge === null || edgeAfter === null) return null;
  return marker.edge < edgeAfter ? micros(marker.edge) : edgeAfter;
}
