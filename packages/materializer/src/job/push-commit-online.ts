import { setTimeout } from "node:timers/promises";
import { edge, mergeRanges, micros, type CompiledView, type EpochMicros, type LivePath } from "@tesela/core";
import type { LiveFile as StoredLiveFile } from "@tesela/registry";
import { pushCommit, readMarker, type PushTarget } from "@tesela/online-store";
import type { ClaimedAttempt, Commit } from "@tesela/registry";
import type { Lease } from "../worker/lease.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { readKeyRows } from "./key-rows.ts";
import { pushSql } from "./push-sql.ts";

const TURN_POLL_MS = 50;

/** Brings a commit to the online store, after all earlier ones of the view; gives the edge it leads to. */
export async function pushOnline(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  view: CompiledView,
  commit: Commit,
  lease: Lease,
): Promise<EpochMicros | null> {
  await waitForTurn(context, attempt, lease);
  const { onlineStore: store } = context;
  const target: PushTarget = {
    store,
    view,
    workspaceId: attempt.workspaceId,
    generation: attempt.generationId,
  };
  await store.prepareGeneration(attempt.generationId);
  const before = (await readMarker(target))?.edge ?? null;
  const edgeBefore = before === null ? null : micros(before);
  const edgeAfter = await edgeWith(context, attempt, view);
  await using files = await openFiles(context, attempt, commit);
  const scope = { commitSeq: commit.seq, range: attempt.range, edgeBefore, edgeAfter };
  const query = pushSql(view, { range: attempt.range, edgeAfter, ...files });
  const batches = readKeyRows(sessionOf(context, files.paths), query, view.joinKeys.length, lease.signal);
  const push = { scope, isOverwrite: files.replaced.length > 0, batches };
  await pushCommit(target, push, {
    signal: lease.signal,
    onKeys: (keys) => {
      context.failpoint("mid-push");
      lease.report({ phase: "publishing", fraction: null, rows: keys });
    },
  });
  return edgeAfter;
}

/** Pushes of a view go in commit order; the lease's signal ends the wait. */
async function waitForTurn(
  { registry }: WorkerContext,
  attempt: ClaimedAttempt,
  lease: Lease,
): Promise<void> {
  while (!(await registry.attempts.pushTurn(attempt.id, attempt.fence))) {
    await setTimeout(TURN_POLL_MS, undefined, { signal: lease.signal });
  }
}

async function edgeWith(
  { registry }: WorkerContext,
  { generationId, range }: ClaimedAttempt,
  view: CompiledView,
): Promise<EpochMicros | null> {
  const live = await registry.ledger.ranges(generationId, "online");
  return edge(view.time, mergeRanges([...live.map((one) => one.range), range]));
}

interface OpenPushFiles extends AsyncDisposable {
  readonly fresh: readonly LivePath[];
  readonly before: readonly LivePath[];
  readonly replaced: readonly LivePath[];
  readonly paths: readonly string[];
}

async function openFiles(
  { registry, offlineStore }: WorkerContext,
  { generationId, range }: ClaimedAttempt,
  commit: Commit,
): Promise<OpenPushFiles> {
  const { ledger } = registry;
  const fresh = await ledger.filesOfCommit(commit.id);
  const live = await ledger.filesOfRange(generationId, { store: "online", range });
  const replaced = [...live.files, ...(await ledger.abandonedFiles(generationId, range))];
  const all = replaced.length > 0 ? (await ledger.snapshot(generationId, { store: "online" })).files : [];
  await using stack = new AsyncDisposableStack();
  const open = async (file: StoredLiveFile): Promise<string> => {
    return stack.use(await offlineStore.open(file.path)).localPath;
  };
  const paths = new Map<string, string>();
  for (const file of [...fresh, ...replaced, ...all]) {
    if (!paths.has(file.path)) paths.set(file.path, await open(file));
  }
  const local = (files: readonly StoredLiveFile[]): LivePath[] =>
    files.map((file) => ({ path: paths.get(file.path)!, live: file.live }));
  const opened = stack.move();
  return {
    fresh: fresh.map((file) => ({ path: paths.get(file.path)!, live: [range] })),
    before: local(all),
    replaced: local(replaced),
    paths: [...paths.values()],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function sessionOf(
  { memoryBytes, tempRoot }: WorkerContext,
  files: readonly string[],
): Parameters<typeof readKeyRows>[0] {
  return {
    files,
    memoryBytes,
    tempBytes: 20 * 1024 ** 3,
    threads: 1,
    tempDirectory: tempRoot,
    preserveInsertionOrder: true,
  };
}
