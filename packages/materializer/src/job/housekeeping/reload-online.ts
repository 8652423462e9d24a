import { edge, mergeRanges, type CompiledView, type EpochMicros, type TimeRange } from "@tesela/core";
import { pushCommit, readState } from "@tesela/online-store";
import type { ClaimedAttempt, Commit, LiveFile } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import { refreshOnline } from "../../stream/refresh-online.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { hideAgain } from "../delete/hide-again.ts";
import { openFiles } from "../ingest/live-files.ts";
import { pushTableOnline } from "../ingest/push-table-online.ts";
import { readKeyRows } from "../key-rows.ts";
import { pushSql } from "../push-sql.ts";
import { pushSessionOf } from "../push-turn.ts";

/** Takes a place in the view's order of pushes: a commit without files. */
export function commitNothing({ registry }: WorkerContext, { id, fence }: ClaimedAttempt): Promise<Commit> {
  const files = { files: [], rows: 0, rejectedRows: 0, sourceFingerprint: "" };
  return registry.attempts.commitFiles(id, fence, files);
}

/**
 * Empties the online store of a view and loads it from the offline store; gives the edge. Its marker goes first and
 * comes last, so that until then reads are UNAVAILABLE (decision 7).
 */
export async function reloadOnline(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  view: CompiledView,
  commit: Commit,
  lease: Lease,
): Promise<EpochMicros | null> {
  await lease.confirm();
  if (view.kind === "stream") return reloadStream(context, attempt, view, lease);
  await context.onlineStore.dropGeneration(attempt.generationId);
  context.failpoint("after-drop");
  if (view.kind === "table") return pushTableOnline(context, attempt, view, commit, lease);
  const { ledger } = context.registry;
  const live = mergeRanges((await ledger.ranges(attempt.generationId, "online")).map(({ range }) => range));
  if (live.length === 0) return null;
  const { files } = await ledger.snapshot(attempt.generationId, { store: "online" });
  const edgeAfter = edge(view.time, live);
  await load(context, { attempt, view, commit, live, files, edgeAfter }, lease);
  return edgeAfter;
}

/** The same while it is no push's turn: without a marker a refresh brings batch log and pushed events anew. */
async function reloadStream(
  context: WorkerContext,
  { workspaceId, generationId: generation }: ClaimedAttempt,
  view: CompiledView,
  lease: Lease,
): Promise<EpochMicros> {
  const { registry, onlineStore: store } = context;
  const report = (keys: number) => lease.report({ phase: "publishing", fraction: null, rows: keys });
  const options = { signal: lease.signal, onKeys: report };
  await registry.streams.takeTurn(
    generation,
    async (turn) => {
      const stamp = await turn.nextStamp(true);
      await store.dropGeneration(generation);
      await refreshOnline(
        context,
        { store, view, workspaceId, generation },
        turn,
        { stamp, own: null },
        options,
      );
    },
    lease.signal,
  );
  return registry.clock.now();
}

/** All that is live online, and the edge that it leads to. */
interface Load {
  readonly attempt: ClaimedAttempt;
  readonly view: CompiledView;
  readonly commit: Commit;
  /** Sorted, not empty. */
  readonly live: readonly TimeRange[];
  readonly files: readonly LiveFile[];
  readonly edgeAfter: EpochMicros | null;
}

async function load(
  context: WorkerContext,
  { attempt, view, commit, live, files, edgeAfter }: Load,
  lease: Lease,
): Promise<void> {
  const range = { start: live[0]!.start, end: live.at(-1)!.end };
  const of = { generationId: attempt.generationId, view, store: "online" } as const;
  await using opened = await openFiles(context, files, live, { signal: lease.signal }, of);
  const edges = { edgeBefore: null, edgeAfter };
  const query = pushSql(view, { range, ...edges, fresh: opened.files, before: [], replaced: [] });
  const session = pushSessionOf(context, opened.paths);
  const batches = readKeyRows(session, query, view.joinKeys.length, lease.signal);
  const { workspaceId, generationId: generation } = attempt;
  const target = { store: context.onlineStore, view, workspaceId, generation };
  const begun = await readState(target);
  const noteHidden = await hideAgain(context, target);
  const push = { begun, scope: { commitSeq: commit.seq, range, ...edges }, isOverwrite: false, batches };
  await pushCommit(target, push, {
    signal: lease.signal,
    onKeys: (keys) => {
      context.failpoint("mid-push");
      lease.report({ phase: "publishing", fraction: null, rows: keys });
    },
  });
  await noteHidden(begun.history);
}
