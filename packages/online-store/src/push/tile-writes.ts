import { micros, type EpochMicros, type PartialValue } from "@tesela/core";
import type { ChunkAddress } from "../store/port.ts";
import { chunkAt, chunkStart, slotAt, type AggregateShape, type Level } from "../value/levels.ts";
import { decodeTiles, encodeTiles, type PackedTile } from "../value/tile-value.ts";
import type { StoredRow } from "./key-rows.ts";

/** What a push does to the tiles of a key that are stored already. */
export interface TileScope {
  readonly stamp: bigint;
  /** Whether a stored tile that begins at an instant goes; what comes instead is among the pushed rows. */
  readonly isReplaced: (at: EpochMicros) => boolean;
  /** Tiles before this instant are asked for by no bound; `null` while all may be. */
  readonly oldest: EpochMicros | null;
}

/** A key's chunk as it is to be stored. */
export interface TileWrite {
  readonly chunk: ChunkAddress;
  readonly value: Uint8Array;
}

/** Tiles by the chunk that they are in, of one level. */
type Chunks = ReadonlyMap<number, readonly PackedTile[]>;

/** The chunks of the finest level and those of each coarser one in which they are single tiles. */
export function touchedChunks(levels: readonly Level[], touched: readonly EpochMicros[]): ChunkAddress[] {
  return levels.flatMap((level) => {
    const chunks = new Set(touched.map((at) => chunkAt(level, at).chunk));
    return [...chunks].map((chunk) => ({ level: level.level, chunk }));
  });
}

/**
 * The chunks of a key after a push: stored tiles that stay and the pushed ones, then level by level the coarser
 * tiles, each merged from the whole chunk below it. `stored` has a value for each of `chunks`.
 */
export function tileWrites(
  shape: AggregateShape,
  levels: readonly Level[],
  scope: TileScope,
  chunks: readonly ChunkAddress[],
  stored: readonly (Uint8Array | null)[],
  rows: readonly StoredRow[],
): TileWrite[] {
  const types = shape.partials.map(({ type }) => type);
  const before = levels.map((level) =>
    tilesByChunk(chunks, level, (index) => decodeTiles(stored[index] ?? null, types)),
  );
  const written: TileWrite[] = [];
  let below: Chunks = new Map();
  for (const [index, level] of levels.entries()) {
    const tiles =
      index === 0
        ? finestTiles(level, scope, before[0]!, rows)
        : coarserTiles(shape, scope, level, before[index]!, levels[index - 1]!, below);
    for (const [chunk, packed] of tiles) {
      const value = encodeTiles(scope.stamp, types, packed);
      written.push({ chunk: { level: level.level, chunk }, value });
    }
    below = tiles;
  }
  return written;
}

function tilesByChunk(
  chunks: readonly ChunkAddress[],
  { level }: Level,
  tilesAt: (index: number) => readonly PackedTile[],
): Chunks {
  const ofLevel = [...chunks.entries()].filter(([, chunk]) => chunk.level === level);
  return new Map(ofLevel.map(([index, { chunk }]) => [chunk, tilesAt(index)]));
}

function finestTiles(level: Level, scope: TileScope, before: Chunks, rows: readonly StoredRow[]): Chunks {
  const incoming = Map.groupBy(rows, ({ time }) => chunkAt(level, time).chunk);
  return new Map(
    [...before].map(([chunk, tiles]) => {
      const address = { level: level.level, chunk };
      const start = chunkStart(level, address);
      const kept = tiles.filter(({ slot }) => {
        const at = micros(start + BigInt(slot) * level.interval);
        return !scope.isReplaced(at) && (scope.oldest === null || at >= scope.oldest);
      });
      const added = (incoming.get(chunk) ?? []).map(({ time, cells }) => ({
        slot: slotAt(level, address, time),
        partials: cells as readonly PartialValue[],
      }));
      return [chunk, ascending([...kept, ...added])];
    }),
  );
}

/** A tile that is partly older than the oldest is asked for by no window as a whole: it may be incomplete. */
function coarserTiles(
  shape: AggregateShape,
  { oldest }: TileScope,
  level: Level,
  before: Chunks,
  finer: Level,
  below: Chunks,
): Chunks {
  const starts = new Map([...below].map(([chunk, tiles]) => [chunkStart(finer, { level: 0, chunk }), tiles]));
  return new Map(
    [...before].map(([chunk, tiles]) => {
      const address = { level: level.level, chunk };
      const start = chunkStart(level, address);
      const startOf = ({ slot }: PackedTile) => micros(start + BigInt(slot) * level.interval);
      const kept = tiles.filter((tile) => {
        const at = startOf(tile);
        return !starts.has(at) && (oldest === null || at + level.interval > oldest);
      });
      const added = [...starts]
        .filter(([at, finerTiles]) => finerTiles.length > 0 && chunkAt(level, at).chunk === chunk)
        .map(([at, finerTiles]) => ({
          slot: slotAt(level, address, at),
          partials: mergedPartials(shape, finerTiles),
        }));
      return [chunk, ascending([...kept, ...added])];
    }),
  );
}

function mergedPartials({ partials }: AggregateShape, tiles: readonly PackedTile[]): PartialValue[] {
  return partials.map(({ empty, merge }, index) =>
    tiles.reduce((merged, tile) => merge(merged, tile.partials[index] ?? null), empty),
  );
}

function ascending(tiles: readonly PackedTile[]): PackedTile[] {
  return tiles.toSorted((a, b) => a.slot - b.slot);
}
