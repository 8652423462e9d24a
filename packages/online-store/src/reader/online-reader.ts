import {
  bound,
  formatInstant,
  micros,
  neededFrom,
  servedBound,
  TeselaError,
  type EpochMicros,
  type KeyValue,
  type Value,
} from "@tesela/core";
import type { ChunkAddress, Marker, OnlineStore, ReadOptions, ViewReadResult } from "../store/port.ts";
import { decodeAttributes } from "../value/attribute-value.ts";
import { ATTRIBUTES, chunksOf, chunkStart, layoutOf } from "../value/layout.ts";
import { decodeTiles } from "../value/tile-value.ts";
import { allNull, answerAggregates, answerAttributes, tileStart, type Tile } from "./answer.ts";
import { entityKey, type ServedView } from "./served-view.ts";
import { tableRows } from "./table-rows.ts";

/** The features of one key at one instant. */
export interface OnlineAnswer {
  /** In the order of the view's features. */
  readonly values: readonly Value[];
  /** The bound they were answered at; `null` before the first job (TIME T12). */
  readonly bound: EpochMicros | null;
  /** How far the view is materialized; `null` before the first job. */
  readonly edge: EpochMicros | null;
}

/** Reads features of a key as they were knowable at an instant, no further than what is materialized. */
export class OnlineReader {
  private readonly store: OnlineStore;
  /** The edge each generation was last seen at: it tells which chunks to ask for, not what is answered. */
  private readonly edges = new Map<number, EpochMicros | null>();

  constructor(store: OnlineStore) {
    this.store = store;
  }

  /** Throws `UNAVAILABLE` when the store has lost data or does not hold the instant: never a wrong value. */
  async read(
    served: ServedView,
    key: readonly KeyValue[],
    now: EpochMicros,
    options: ReadOptions = {},
  ): Promise<OnlineAnswer> {
    if (served.view.kind === "table") return this.readTable(served, key, now, options);
    const guess = this.edges.get(served.generation) ?? null;
    const first = await this.ask(served, key, chunksAt(served, now, guess), options);
    const marker = checkMarker(served, first.marker);
    const edge = marker === null || marker.edge === null ? null : micros(marker.edge);
    if (edge === guess) return answer(served, now, marker, chunksAt(served, now, edge), first);
    this.edges.set(served.generation, edge);
    return this.readAgain(served, key, now, edge, options);
  }

  /** TIME T12: a table's edge is the clock, so nothing has to be known of it beforehand. */
  private async readTable(
    served: ServedView,
    key: readonly KeyValue[],
    now: EpochMicros,
    options: ReadOptions,
  ): Promise<OnlineAnswer> {
    const { marker, values } = await this.ask(served, key, [ATTRIBUTES], options);
    const boundary = bound(served.view.time, now);
    checkRetained(served, boundary, checkMarker(served, marker));
    return { values: tableValues(served, boundary, marker, values[0] ?? null), bound: boundary, edge: now };
  }

  private async readAgain(
    served: ServedView,
    key: readonly KeyValue[],
    now: EpochMicros,
    edge: EpochMicros | null,
    options: ReadOptions,
  ): Promise<OnlineAnswer> {
    const chunks = chunksAt(served, now, edge);
    const second = await this.ask(served, key, chunks, options);
    const marker = checkMarker(served, second.marker);
    if (marker === null || marker.edge !== edge) return this.read(served, key, now, options);
    return answer(served, now, marker, chunks, second);
  }

  private async ask(
    { view, workspaceId, generation }: ServedView,
    key: readonly KeyValue[],
    chunks: readonly ChunkAddress[],
    options: ReadOptions,
  ): Promise<ViewReadResult> {
    const { kind } = layoutOf(view);
    const read = { generation, kind, key: entityKey(workspaceId, view, key), chunks };
    return (await this.store.read([read], options))[0]!;
  }
}

function chunksAt({ view }: ServedView, now: EpochMicros, edge: EpochMicros | null): readonly ChunkAddress[] {
  if (view.shape.kind === "attributes") return [ATTRIBUTES];
  const boundary = servedBound(view.time, now, edge);
  if (boundary === null) return [];
  return chunksOf({ start: neededFrom(view.time, boundary), end: boundary }, view.shape.interval);
}

/** Absence is never mistaken for zero: a marker that is missing or behind the plan is lost data. */
function checkMarker({ view, expectedSeq }: ServedView, marker: Marker | null): Marker | null {
  if ((marker?.commitSeq ?? 0n) >= expectedSeq) return marker;
  throw new TeselaError("UNAVAILABLE", `The online store has lost data of feature view "${view.name}".`, {
    fix: "Materialize it online again.",
  });
}

function answer(
  served: ServedView,
  now: EpochMicros,
  marker: Marker | null,
  chunks: readonly ChunkAddress[],
  result: ViewReadResult,
): OnlineAnswer {
  const { view } = served;
  const edge = marker === null || marker.edge === null ? null : micros(marker.edge);
  const boundary = servedBound(view.time, now, edge);
  if (boundary === null) return { values: allNull(view), bound: null, edge };
  checkRetained(served, boundary, marker);
  return { values: valuesAt(served, boundary, chunks, result.values), bound: boundary, edge };
}

/** Online data reach back no further than they must: a clock that was set back asks for what is gone. */
function checkRetained({ view }: ServedView, boundary: EpochMicros, marker: Marker | null): void {
  const from = marker?.retainedFrom ?? null;
  if (from === null || boundary >= from) return;
  const held = `Feature view "${view.name}" is kept online from ${formatInstant(micros(from))} on`;
  throw new TeselaError("UNAVAILABLE", `${held}; the platform clock asks for ${formatInstant(boundary)}.`, {
    fix: "Set the platform clock forward, or ask for historical features.",
  });
}

/** Rows of a commit that is still being pushed do not count yet. */
function tableValues(
  { view }: ServedView,
  boundary: EpochMicros,
  marker: Marker | null,
  stored: Uint8Array | null,
): readonly Value[] {
  const { types } = layoutOf(view);
  const rows = tableRows(decodeAttributes(stored, types), marker?.commitSeq ?? 0n);
  return answerAttributes(view, rows, boundary);
}

function valuesAt(
  { view }: ServedView,
  boundary: EpochMicros,
  chunks: readonly ChunkAddress[],
  stored: readonly (Uint8Array | null)[],
): readonly Value[] {
  const { types } = layoutOf(view);
  const { shape } = view;
  if (shape.kind === "attributes") {
    return answerAttributes(view, decodeAttributes(stored[0] ?? null, types), boundary);
  }
  const tiles: Tile[] = chunks.flatMap((chunk, index) =>
    decodeTiles(stored[index] ?? null, types).map(({ slot, partials }) => ({
      start: tileStart(chunkStart(chunk, shape.interval), slot, shape.interval),
      partials,
    })),
  );
  return answerAggregates(view, shape, tiles, boundary);
}
