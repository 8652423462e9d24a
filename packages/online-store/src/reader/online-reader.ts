import {
  bound,
  formatInstant,
  micros,
  servedBound,
  TeselaError,
  type CompiledView,
  type EpochMicros,
  type KeyValue,
  type Value,
} from "@tesela/core";
import {
  decodeTombstone,
  hidesEvent,
  TOMBSTONE,
  TOMBSTONE_KIND,
  type Tombstone,
} from "../deletion/tombstone.ts";
import type {
  ChunkAddress,
  Marker,
  OnlineStore,
  ReadOptions,
  StoredKind,
  ViewRead,
  ViewReadResult,
} from "../store/port.ts";
import { decodeAttributes, type AttributeEntry } from "../value/attribute-value.ts";
import { ATTRIBUTES, layoutOf } from "../value/layout.ts";
import { storedLevels, type Level } from "../value/levels.ts";
import { allNull, answerAttributes } from "./answer.ts";
import { entityKey, type ServedView } from "./served-view.ts";
import { tableRows } from "./table-rows.ts";
import { answerTileRead, planTileRead, type TileRead } from "./tile-read.ts";

/** The features of one key at one instant. */
export interface OnlineAnswer {
  /** In the order of the view's features. */
  readonly values: readonly Value[];
  /** The bound they were answered at; `null` before the first job (TIME T12). */
  readonly bound: EpochMicros | null;
  /** How far the view is materialized; `null` before the first job. */
  readonly edge: EpochMicros | null;
}

/** What a generation was last seen at: it tells which chunks to ask for, not what is answered. */
interface Seen {
  readonly edge: EpochMicros | null;
  readonly levels: readonly Level[];
}

/** Reads features of a key as they were knowable at an instant, no further than what is materialized. */
export class OnlineReader {
  private readonly store: Pick<OnlineStore, "read">;
  private readonly seen = new Map<number, Seen>();

  constructor(store: Pick<OnlineStore, "read">) {
    this.store = store;
  }

  /** Throws `UNAVAILABLE` when the store has lost data or does not hold the instant: never a wrong value. */
  async read(
    served: ServedView,
    key: readonly KeyValue[],
    now: EpochMicros,
    options: ReadOptions = {},
  ): Promise<OnlineAnswer> {
    return this.readFrom(served, key, now, options, false);
  }

  /** Of a deleted key only the finest tiles tell apart what is hidden (TIME T17). */
  private async readFrom(
    served: ServedView,
    key: readonly KeyValue[],
    now: EpochMicros,
    options: ReadOptions,
    isFinest: boolean,
  ): Promise<OnlineAnswer> {
    const { view, generation } = served;
    const guess = this.seen.get(generation) ?? { edge: null, levels: levelsFor(view, null) };
    const asked = askAt(served, now, isFinest ? { ...guess, levels: guess.levels.slice(0, 1) } : guess);
    const { result, tombstone } = await this.ask(served, key, asked, options);
    const marker = checkMarker(served, result.marker);
    const found = { edge: edgeOf(marker), levels: levelsFor(view, marker) };
    this.seen.set(generation, found);
    const isAsGuessed = found.levels.length === guess.levels.length;
    if (isAsGuessed && (followsClock(view) || found.edge === guess.edge)) {
      if (!isFinest && tombstone !== null && guess.levels.length > 1) {
        return this.readFrom(served, key, now, options, true);
      }
      return answer(served, now, marker, asked, result, tombstone);
    }
    return this.readFrom(served, key, now, options, isFinest);
  }

  private async ask(
    { view, workspaceId, generation }: ServedView,
    key: readonly KeyValue[],
    { chunks }: Asked,
    options: ReadOptions,
  ): Promise<{ readonly result: ViewReadResult; readonly tombstone: Tombstone | null }> {
    const { kind } = layoutOf(view);
    const entity = { generation, key: entityKey(workspaceId, view, key) };
    const [result, beside] = await this.store.read(readsOf(entity, kind, chunks), options);
    const found = (beside ?? result!).values.at(-1) ?? null;
    return { result: result!, tombstone: decodeTombstone(found) };
  }
}

/** The values, and the key's tombstone last: of tiles in the same read, of attributes in one beside it. */
function readsOf(
  entity: Pick<ViewRead, "generation" | "key">,
  kind: StoredKind,
  chunks: readonly ChunkAddress[],
): readonly ViewRead[] {
  if (kind === TOMBSTONE_KIND) return [{ ...entity, kind, chunks: [...chunks, TOMBSTONE] }];
  return [
    { ...entity, kind, chunks },
    { ...entity, kind: TOMBSTONE_KIND, chunks: [TOMBSTONE] },
  ];
}

/** What is asked of the store to answer at a bound; `null` before the first job. */
interface Asked {
  readonly boundary: EpochMicros | null;
  readonly chunks: readonly ChunkAddress[];
  readonly tiles: TileRead | null;
}

/** TIME T12: the edge of a stream view and of a feature table is the clock. */
function followsClock({ kind }: CompiledView): boolean {
  return kind !== "batch";
}

function boundaryAt({ view }: ServedView, now: EpochMicros, edge: EpochMicros | null): EpochMicros | null {
  return followsClock(view) ? bound(view.time, now) : servedBound(view.time, now, edge);
}

function askAt(served: ServedView, now: EpochMicros, { edge, levels }: Seen): Asked {
  const { view } = served;
  const boundary = boundaryAt(served, now, edge);
  if (view.shape.kind === "attributes") return { boundary, chunks: [ATTRIBUTES], tiles: null };
  if (boundary === null) return { boundary, chunks: [], tiles: null };
  const tiles = planTileRead(view, view.shape, levels, boundary);
  return { boundary, chunks: tiles.chunks, tiles };
}

function edgeOf(marker: Marker | null): EpochMicros | null {
  return marker === null || marker.edge === null ? null : micros(marker.edge);
}

function levelsFor(view: CompiledView, marker: Marker | null): readonly Level[] {
  return view.shape.kind === "attributes" ? [] : storedLevels(view, view.shape, marker);
}

/** Absence is never mistaken for zero: a marker that is missing or behind the plan is lost data. */
function checkMarker({ view, expectedSeq }: ServedView, marker: Marker | null): Marker | null {
  if ((marker?.commitSeq ?? 0n) >= expectedSeq) return marker;
  throw new TeselaError("UNAVAILABLE", `The online store has lost data of feature view "${view.name}".`, {
    fix:
      view.kind === "stream"
        ? "The next ingest of its stream brings everything again."
        : "Materialize it online again.",
  });
}

function answer(
  served: ServedView,
  now: EpochMicros,
  marker: Marker | null,
  { boundary, tiles }: Asked,
  { values }: ViewReadResult,
  tombstone: Tombstone | null,
): OnlineAnswer {
  const { view } = served;
  const edge = followsClock(view) ? now : edgeOf(marker);
  if (boundary === null) return { values: allNull(view), bound: null, edge };
  checkRetained(served, boundary, marker);
  const features =
    view.shape.kind === "attributes" || tiles === null
      ? answerAttributes(view, rowsOf(served, marker, values[0] ?? null, tombstone), boundary)
      : answerTileRead(view, view.shape, tiles, values, tombstone);
  return { values: features, bound: boundary, edge };
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

/** Rows of a table's commit that is still being pushed do not count yet. */
function rowsOf(
  { view }: ServedView,
  marker: Marker | null,
  stored: Uint8Array | null,
  tombstone: Tombstone | null,
): readonly AttributeEntry[] {
  const all = decodeAttributes(stored, layoutOf(view).types);
  const rows = all.filter(({ eventTime }) => !hidesEvent(tombstone, eventTime));
  return view.kind === "table" ? tableRows(rows, marker?.commitSeq ?? 0n) : rows;
}
