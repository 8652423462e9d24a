import { micros, type CompiledView, type PartialValue, type Value } from "@tesela/core";
import { hidesTile, type Tombstone } from "../deletion/tombstone.ts";
import { ByteReader } from "../value/byte-reader.ts";
import { passHeader } from "../value/header.ts";
import { foldCells, skipCells } from "../value/cell-codec.ts";
import { layoutOf } from "../value/layout.ts";
import { chunkStart, type AggregateShape } from "../value/levels.ts";
import type { ChunkRead, TileRead } from "./tile-read.ts";

/** The aggregates that a planned read gives, rolled up from its chunks in their order (TIME T4, T6). */
export function answerTileRead(
  view: CompiledView,
  shape: AggregateShape,
  { reads, windows, windowOf }: TileRead,
  stored: readonly (Uint8Array | null)[],
  tombstone: Tombstone | null = null,
): readonly Value[] {
  const segments = reads.map((read, index) =>
    mergeSegments(view, shape, read, stored[index] ?? null, tombstone),
  );
  const merged = windows.map((places) => {
    const parts = places.map(({ chunk, segment }) => segments[chunk]![segment]!);
    return shape.partials.map(({ empty, merge }, partial) =>
      parts.reduce((earlier, part) => merge(earlier, part[partial]!), empty),
    );
  });
  return shape.features.map(({ aggregate, partials, input }, index) => {
    const own = merged[windowOf[index]!]!;
    return aggregate.finalize(
      partials.map((partial) => own[partial]!),
      input,
    );
  });
}

/** The partials of each segment of a chunk; those that are not needed are of nothing. */
function mergeSegments(
  view: CompiledView,
  { partials }: AggregateShape,
  { level, address, segments }: ChunkRead,
  value: Uint8Array | null,
  tombstone: Tombstone | null,
): readonly PartialValue[][] {
  const merged = segments.map(() => partials.map(({ empty }) => empty));
  if (value === null) return merged;
  const { types } = layoutOf(view);
  const start = chunkStart(level, address);
  const reader = new ByteReader(value);
  passHeader(reader);
  let at = 0;
  for (let left = reader.uint32(); left > 0; left--) {
    const slot = reader.uint32();
    while (at < segments.length && slot >= segments[at]!.end) at += 1;
    const segment = segments[at];
    if (segment === undefined) break;
    const isHidden =
      tombstone !== null &&
      hidesTile(tombstone, micros(start + BigInt(slot) * level.interval), level.interval);
    if (slot < segment.first || isHidden) skipCells(reader, types);
    else foldCells(reader, types, merged[at]!, segment.needs, partials);
  }
  return merged;
}
