import { type CompiledView, type EpochMicros } from "@tesela/core";
import { beginTablePush, pushTable } from "@tesela/online-store";
import type { ClaimedAttempt, Commit, LiveFile } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { hideAgain } from "../delete/hide-again.ts";
import { readKeyRows } from "../key-rows.ts";
import { pushSessionOf } from "../push-turn.ts";
import { liveFilesAfter, openFiles } from "./live-files.ts";
import { TIMES } from "./summarize-rows.ts";
import { tablePushSql, type PushedRows } from "./table-push-sql.ts";

/**
 * Brings the commit of an ingest to the online store; gives the edge, which is the clock (TIME T12). Where the
 * store has lost data, or lacks those of an earlier commit, every live row of the table comes again.
 */
export async function pushTableOnline(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  table: CompiledView,
  commit: Commit,
  lease: Lease,
): Promise<EpochMicros> {
  const { onlineStore: store, registry } = context;
  const { workspaceId, generationId: generation } = attempt;
  const target = { store, view: table, workspaceId, generation };
  const push = await beginTablePush(target, commit.seq, await registry.clock.now());
  const noteHidden = push.before === null ? await hideAgain(context, target) : null;
  const pushed: PushedRows = push.isComplete ? "all" : "ingested";
  const live = await filesOf(context, attempt, commit, pushed);
  const of = { generationId: generation, view: table, store: "online" } as const;
  await using opened = await openFiles(context, live, [TIMES], { signal: lease.signal }, of);
  const query = tablePushSql(table, opened.files, pushed, push.scope.keptFrom);
  const session = pushSessionOf(context, opened.paths);
  const batches = readKeyRows(session, query, table.joinKeys.length, lease.signal);
  await pushTable(target, push, batches, {
    signal: lease.signal,
    onKeys: (keys) => {
      context.failpoint("mid-push");
      lease.report({ phase: "publishing", fraction: null, rows: keys });
    },
  });
  await noteHidden?.(push.history);
  return push.clock;
}

function filesOf(
  { registry }: WorkerContext,
  attempt: ClaimedAttempt,
  commit: Commit,
  pushed: PushedRows,
): Promise<readonly LiveFile[]> {
  return pushed === "all"
    ? liveFilesAfter(registry, attempt, commit)
    : registry.ledger.filesOfCommit(commit.id);
}
