import { micros, neededFrom, type CompiledView, type EpochMicros } from "@tesela/core";
import { tileStart, type AggregateShape } from "../reader/answer.ts";
import type { PackedTile } from "../value/tile-value.ts";
import type { PushScope } from "./merge-attributes.ts";

/** The tiles to keep in a chunk: stored ones outside the replaced range, and the incoming ones. */
export function mergeTiles(
  view: CompiledView,
  shape: AggregateShape,
  scope: PushScope,
  start: EpochMicros,
  stored: readonly PackedTile[],
  incoming: readonly PackedTile[],
): readonly PackedTile[] {
  const oldest = oldestTile(view, scope);
  const kept = stored.filter(({ slot }) => {
    const at = tileStart(start, slot, shape.interval);
    return (at < scope.range.start || at >= scope.range.end) && (oldest === null || at >= oldest);
  });
  return [...kept, ...incoming].toSorted((a, b) => a.slot - b.slot);
}

/** Tiles before this instant are asked for by no bound from the edge before on; `null` while all may be. */
export function oldestTile(view: CompiledView, { edgeBefore, edgeAfter }: PushScope): EpochMicros | null {
  const oldest = edgeBefore ?? edgeAfter;
  return oldest === null ? null : micros(neededFrom(view.time, oldest));
}
