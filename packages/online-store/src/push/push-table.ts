import { randomUUID } from "node:crypto";
import type { EpochMicros } from "@tesela/core";
import { entityKey } from "../reader/served-view.ts";
import type { ChunkWrite, Marker } from "../store/port.ts";
import { decodeAttributes, encodeAttributes } from "../value/attribute-value.ts";
import { ATTRIBUTES, ATTRIBUTES_ALONE, layoutOf } from "../value/layout.ts";
import { indexKeys } from "./index-keys.ts";
import { oldestAsked, retainedAfter } from "./kept-from.ts";
import { mergeTable, type TableScope } from "./merge-table.ts";
import type { KeyRows, PushOptions, PushTarget } from "./key-rows.ts";
import { readState } from "./push-commit.ts";

/** A push of an ingest, begun: what it has to bring, and what it leaves as it is. */
export interface TablePush {
  readonly scope: TableScope;
  /** The platform clock, which is the edge of a feature table (TIME T12). */
  readonly clock: EpochMicros;
  readonly before: Marker | null;
  /** What tells at the end whether the store has lost anything since the beginning. */
  readonly history: string;
  /**
   * Whether every live row of the table must come: the store has lost data, or the push of an earlier commit
   * was given up. Else the rows of the keys that were ingested do.
   */
  readonly isComplete: boolean;
}

/** Begins to bring a commit of a feature table to the online store, by what that says it holds. */
export async function beginTablePush(
  target: PushTarget,
  commitSeq: bigint,
  clock: EpochMicros,
): Promise<TablePush> {
  await target.store.prepareGeneration(target.generation);
  const { marker: before, history } = await readState(target);
  const follows = before !== null && (before.commitSeq === commitSeq || before.commitSeq + 1n === commitSeq);
  const keptFrom = oldestAsked(target, clock, before);
  const scope = { commitSeq, visibleSeq: before?.commitSeq ?? 0n, keptFrom };
  return { scope, clock, before, history, isComplete: !follows };
}

/**
 * Brings the rows, then the marker: until that, reads answer as before. Idempotent; each row must be the best
 * of its key and event time (TIME T8) as of the commit.
 */
export async function pushTable(
  target: PushTarget,
  push: TablePush,
  batches: AsyncIterable<readonly KeyRows[]>,
  options: PushOptions = {},
): Promise<void> {
  const { store, generation } = target;
  const { scope, before, history } = push;
  const retainedFrom = retainedAfter(before, scope.keptFrom);
  // What is dropped from now on must not be asked for any more.
  if (before !== null) await store.writeMarker(generation, { ...before, retainedFrom }, history);
  let pushed = 0;
  for await (const batch of batches) {
    options.signal?.throwIfAborted();
    await pushBatch(target, scope, batch);
    options.onKeys?.((pushed += batch.length));
  }
  options.signal?.throwIfAborted();
  const epoch = before?.epoch ?? randomUUID();
  const marker = { commitSeq: scope.commitSeq, edge: push.clock, retainedFrom, epoch };
  await store.writeMarker(generation, marker, history);
}

async function pushBatch(target: PushTarget, scope: TableScope, batch: readonly KeyRows[]): Promise<void> {
  const { store, view, workspaceId, generation } = target;
  const { kind } = layoutOf(view);
  const keys = batch.map(({ key }) => entityKey(workspaceId, view, key));
  const stored = await store.read(keys.map((key) => ({ generation, kind, key, chunks: ATTRIBUTES_ALONE })));
  const writes = batch.map(({ rows }, index): ChunkWrite => {
    const value = mergedValue(target, scope, rows, stored[index]?.values[0] ?? null);
    return { key: keys[index]!, chunk: ATTRIBUTES, value };
  });
  await indexKeys(target, batch, scope.keptFrom);
  await store.write(generation, kind, writes);
}

function mergedValue(
  { view }: PushTarget,
  scope: TableScope,
  rows: KeyRows["rows"],
  stored: Uint8Array | null,
): Uint8Array {
  const { types } = layoutOf(view);
  const { commitSeq } = scope;
  const incoming = rows.map(({ time, cells }) => ({ eventTime: time, commitSeq, cells }));
  const merged = mergeTable(view, scope, decodeAttributes(stored, types), incoming);
  return encodeAttributes(commitSeq, types, merged);
}
