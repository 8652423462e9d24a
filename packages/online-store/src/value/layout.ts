import {
  DAY,
  micros,
  floor,
  type CompiledView,
  type DurationMicros,
  type EpochMicros,
  type TimeRange,
} from "@tesela/core";
import type { ChunkAddress, StoredKind } from "../store/port.ts";
import type { CellType } from "./cell-codec.ts";

/** Tiles of a day or more share a chunk in this number. */
const TILES_PER_CHUNK = 32n;

/** The one resolution that is stored: the view's own interval. */
const LEVEL = 0;

/** Where an attribute row lies. */
export const ATTRIBUTES: ChunkAddress = { level: 0, chunk: 0 };

/** What a view keeps online: its kind and the types of a row's cells. */
export interface OnlineLayout {
  readonly kind: StoredKind;
  readonly types: readonly CellType[];
}

/** The layout of a view. */
export function layoutOf(view: CompiledView): OnlineLayout {
  const { shape } = view;
  if (shape.kind === "attributes")
    return { kind: "attributes", types: shape.features.map(({ type }) => type) };
  return { kind: "tiles", types: shape.partials.map(({ type }) => type) };
}

/** The length of time that one chunk of tiles holds: a day, or 32 tiles where a tile is a day or longer. */
export function chunkSpan(interval: DurationMicros): DurationMicros {
  const tiles = interval >= DAY ? TILES_PER_CHUNK : (DAY + interval - 1n) / interval;
  return (interval * tiles) as DurationMicros;
}

/** The chunk that holds a tile. */
export function chunkOf(tileStart: EpochMicros, interval: DurationMicros): ChunkAddress {
  const span = chunkSpan(interval);
  return { level: LEVEL, chunk: Number(floor(tileStart, span) / span) };
}

/** The first instant of a chunk. */
export function chunkStart({ chunk }: ChunkAddress, interval: DurationMicros): EpochMicros {
  return micros(BigInt(chunk) * chunkSpan(interval));
}

/** The chunks that hold the tiles of a range, ascending. */
export function chunksOf(range: TimeRange, interval: DurationMicros): ChunkAddress[] {
  if (range.start >= range.end) return [];
  const first = chunkOf(range.start, interval).chunk;
  const last = chunkOf(micros(range.end - 1n), interval).chunk;
  return Array.from({ length: last - first + 1 }, (_, index) => ({ level: LEVEL, chunk: first + index }));
}
