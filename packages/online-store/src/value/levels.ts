import { randomUUID } from "node:crypto";
import {
  DAY,
  duration,
  floor,
  micros,
  type CompiledView,
  type DurationMicros,
  type EpochMicros,
  type TimeRange,
  type ViewShape,
} from "@tesela/core";
import type { ChunkAddress, Marker } from "../store/port.ts";

/** One resolution of stored tiles: tiles as wide as `interval`, packed into chunks as long as `span`. */
export interface Level {
  readonly level: number;
  readonly interval: DurationMicros;
  readonly span: DurationMicros;
}

/** The shape of a view that keeps tiles. */
export type AggregateShape = Extract<ViewShape, { kind: "aggregates" }>;

/** Tiles of a day or more share a chunk in this number. */
const TILES_PER_CHUNK = 32n;
const HOUR = duration(3_600_000_000n);
const INSTANT = 1n;
/** No level is coarser than this: a chunk of it holds what a lifetime needs in a few fields. */
const LONGEST_SPAN = DAY * 1_000n;

/** Markers of generations that are stored at several resolutions have an epoch that begins so. */
const LEVELED = "levels-";

/** A new epoch for a generation, stored at every resolution that its view needs. */
export function newEpoch(): string {
  return `${LEVELED}${randomUUID()}`;
}

/** The resolutions of what is stored: earlier releases kept the view's own interval alone. */
export function storedLevels(
  view: CompiledView,
  shape: AggregateShape,
  marker: Marker | null,
): readonly Level[] {
  const isLeveled = marker === null || marker.epoch.startsWith(LEVELED);
  return isLeveled ? levelsOf(view, shape) : [baseLevel(shape)];
}

/**
 * The resolutions at which a view's tiles are kept, the finest first: its own interval, then tiles as wide as a
 * chunk of the level below, as long as some window is longer than that.
 */
export function levelsOf({ time }: CompiledView, shape: AggregateShape): readonly Level[] {
  const known = allLevels.get(shape);
  if (known !== undefined) return known;
  const made = makeLevels(time, shape);
  allLevels.set(shape, made);
  return made;
}

/** A compiled view's levels are made once. */
const allLevels = new WeakMap<AggregateShape, readonly Level[]>();

function makeLevels(time: CompiledView["time"], shape: AggregateShape): readonly Level[] {
  const longest = time.windows.reduce<bigint>(
    (most, window) => (window.kind === "lifetime" ? LONGEST_SPAN : window.size > most ? window.size : most),
    0n,
  );
  const levels = [baseLevel(shape)];
  for (let last = levels[0]!; longest > last.span && last.span < LONGEST_SPAN; last = levels.at(-1)!) {
    levels.push({ level: last.level + 1, interval: last.span, span: coarserSpan(last.span) });
  }
  return levels;
}

/** A chunk holds a day, or 32 tiles where a tile is a day or longer, or an hour of single events. */
function baseLevel({ interval }: AggregateShape): Level {
  if (interval === INSTANT) return { level: 0, interval, span: HOUR };
  const tiles = interval >= DAY ? TILES_PER_CHUNK : (DAY + interval - 1n) / interval;
  return { level: 0, interval, span: duration(interval * tiles) };
}

function coarserSpan(span: DurationMicros): DurationMicros {
  return span < DAY ? DAY : duration(span * TILES_PER_CHUNK);
}

/** The chunk of a level that holds an instant. */
export function chunkAt({ level, span }: Level, at: EpochMicros): ChunkAddress {
  return { level, chunk: Number(floor(at, span) / span) };
}

/** The first instant of a chunk. */
export function chunkStart({ span }: Level, { chunk }: ChunkAddress): EpochMicros {
  return micros(BigInt(chunk) * span);
}

/** The chunks of a level that hold the tiles of a range, ascending. */
export function chunksOf(level: Level, range: TimeRange): ChunkAddress[] {
  if (range.start >= range.end) return [];
  const first = chunkAt(level, range.start).chunk;
  const last = chunkAt(level, micros(range.end - 1n)).chunk;
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    level: level.level,
    chunk: first + index,
  }));
}

/** The place of a tile in its chunk, counted in intervals. */
export function slotAt(level: Level, chunk: ChunkAddress, at: EpochMicros): number {
  return Number((at - chunkStart(level, chunk)) / level.interval);
}
