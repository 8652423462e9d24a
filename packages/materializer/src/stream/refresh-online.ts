import {
  beginStreamPush,
  pushStream,
  type KeyRows,
  type KeySlots,
  type PushOptions,
  type PushTarget,
  type StreamPush,
} from "@tesela/online-store";
import { subtractRanges, type EpochMicros, type Sql, type TimeRange } from "@tesela/core";
import type { StreamTurn } from "@tesela/registry";
import { join as joinPath } from "node:path";
import { hideAgain } from "../job/delete/hide-again.ts";
import { openFiles } from "../job/ingest/live-files.ts";
import { TIMES } from "../job/ingest/summarize-rows.ts";
import { readKeyRows } from "../job/key-rows.ts";
import { pushSessionOf } from "../job/push-turn.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { dumpedSql, dumpEvents, type EventsWhere } from "./dump-events.ts";
import { keptSql, markedSql, orderedSql } from "./kept-sql.ts";
import { liveOnline, type LiveOnline, type OwnCommit } from "./live-online.ts";

/** What a refresh brings besides what is live already, under which stamp. */
export interface Refresh {
  readonly stamp: bigint;
  readonly own: OwnCommit | null;
}

/**
 * Brings every key of a view to the online store: of the ranges that jobs have brought online the batch log's
 * rows, of all other instants the pushed events. After a loss the generation begins anew.
 */
export async function refreshOnline(
  context: WorkerContext,
  target: PushTarget,
  turn: StreamTurn,
  { stamp, own }: Refresh,
  options: PushOptions,
): Promise<void> {
  const { registry } = context;
  const { appendedSeq: appliedSeq } = turn.state;
  const live = await liveOnline(registry, target.generation, own);
  const begun = await beginStreamPush(target, stamp, await registry.clock.now());
  const isAnew = mustBeginAnew(begun, turn, live.logged);
  if (isAnew) await empty(target);
  const push = isAnew ? { ...begun, before: null } : begun;
  const noteHidden = push.before === null ? await hideAgain(context, target) : null;
  const gone = isAnew || own === null ? null : own.range;
  await using rows = await openRows(context, target, turn, { live, gone, keptFrom: push.keptFrom }, options);
  const signal = options.signal ?? new AbortController().signal;
  const session = pushSessionOf(context, rows.paths);
  const batches = readKeyRows(session, rows.query, target.view.joinKeys.length, signal);
  await pushStream(target, push, "keys", slotsOf(batches), options);
  await noteHidden?.(push.history);
  context.failpoint("after-push");
  await turn.applied({ stamp, appliedSeq, logged: live.logged });
}

/**
 * Whether the store has lost data, holds what a job that was given up has left, or nobody knows what it holds:
 * then all of it goes.
 */
function mustBeginAnew({ before }: StreamPush, { state }: StreamTurn, logged: readonly TimeRange[]): boolean {
  const isGivenUp = state.logged.some((range) => subtractRanges(range, logged).length > 0);
  return isGivenUp || state.isDirty || (before?.commitSeq ?? 0n) < state.appliedStamp;
}

async function empty({ store, generation }: PushTarget): Promise<void> {
  await store.dropGeneration(generation);
  await store.prepareGeneration(generation);
}

/** What shall be online, and where what goes from there is looked for. */
interface Wanted {
  readonly live: LiveOnline;
  /** The range of what the batch log takes the place of; `null` where the store is empty. */
  readonly gone: TimeRange | null;
  readonly keptFrom: EpochMicros;
}

/** A query of the rows to push, and the files that it reads, until disposal. */
interface OpenRows extends AsyncDisposable {
  readonly query: Sql;
  readonly paths: readonly string[];
}

async function openRows(
  context: WorkerContext,
  target: PushTarget,
  turn: StreamTurn,
  { live, gone, keptFrom }: Wanted,
  options: PushOptions,
): Promise<OpenRows> {
  const { view, generation: generationId } = target;
  const of = { generationId, view, store: "online" } as const;
  await using stack = new AsyncDisposableStack();
  const { directory } = stack.use(await context.offlineStore.createScratch());
  const open = async (name: string, where: EventsWhere, stored: LiveOnline["files"]) => {
    const events = await dumpEvents(context, target, turn, where, joinPath(directory, name), options);
    const files = stack.use(await openFiles(context, stored, [TIMES], options, of));
    const query = keptSql(view, dumpedSql(view, events), files.files, keptFrom);
    return { query, paths: [...events, ...files.paths] };
  };
  const kept = await open("kept", { outside: live.logged }, live.files);
  const removed = gone === null ? null : await open("gone", { inside: [gone] }, live.replaced);
  const marked = [
    markedSql(kept.query, false),
    ...(removed === null ? [] : [markedSql(removed.query, true)]),
  ];
  const held = stack.move();
  return {
    query: orderedSql(view, marked),
    paths: [...kept.paths, ...(removed?.paths ?? [])],
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function* slotsOf(batches: AsyncIterable<readonly KeyRows[]>): AsyncGenerator<readonly KeySlots[]> {
  for await (const batch of batches) yield batch.map(keySlots);
}

/** The last cell of a row says whether it is gone. */
function keySlots({ key, rows }: KeyRows): KeySlots {
  const isGone = ({ cells }: KeyRows["rows"][number]): boolean => cells.at(-1) === true;
  return {
    key,
    rows: rows.filter((row) => !isGone(row)).map(({ time, cells }) => ({ time, cells: cells.slice(0, -1) })),
    touched: rows.filter(isGone).map(({ time }) => time),
  };
}
