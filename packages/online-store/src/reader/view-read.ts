import {
  bound,
  firstVisible,
  micros,
  servedBound,
  startBound,
  type CompiledView,
  type EpochMicros,
  type KeyValue,
} from "@tesela/core";
import { TOMBSTONE } from "../deletion/tombstone.ts";
import type { ChunkAddress, Marker, ViewRead } from "../store/port.ts";
import { ATTRIBUTES, layoutOf } from "../value/layout.ts";
import { storedLevels, type Level } from "../value/levels.ts";
import { entityKey, type ServedView } from "./served-view.ts";
import { planTileRead, type TileRead } from "./tile-read.ts";

/** A view to be read for one key, whose values are in the order of the view's join keys. */
export interface KeyRead {
  readonly served: ServedView;
  readonly key: readonly KeyValue[];
}

/** What is asked of a generation while it stands at an edge: the same for every key. */
export interface ReadPlan {
  /** `null` before the first job. */
  readonly edge: EpochMicros | null;
  readonly levels: readonly Level[];
  /** The bound that is answered at; `null` before the first job. */
  readonly boundary: EpochMicros | null;
  /** No attribute row before this instant is visible (TIME T5); `null` where none is at all. */
  readonly oldestVisible: EpochMicros | null;
  readonly tiles: TileRead | null;
  readonly chunks: readonly ChunkAddress[];
}

/** TIME T12: the edge of a stream view and of a feature table is the clock. */
export function followsClock({ kind }: CompiledView): boolean {
  return kind !== "batch";
}

/** The bound of an online read (TIME T3, T12); `null` before the first job. */
export function boundaryAt(
  view: CompiledView,
  now: EpochMicros,
  edge: EpochMicros | null,
): EpochMicros | null {
  return followsClock(view) ? bound(view.time, now) : servedBound(view.time, now, edge);
}

/** Plans the read of a view at a bound. */
export function planRead(
  view: CompiledView,
  { edge, levels }: Pick<ReadPlan, "edge" | "levels">,
  boundary: EpochMicros | null,
): ReadPlan {
  const hasBegun = boundary !== null && boundary >= startBound(view.time);
  const plan = { edge, levels, boundary, oldestVisible: hasBegun ? firstVisible(view.time) : null };
  if (view.shape.kind === "attributes") return { ...plan, tiles: null, chunks: attributeChunks(view) };
  if (!hasBegun) return { ...plan, tiles: null, chunks: [TOMBSTONE] };
  const tiles = planTileRead(view.shape, levels, boundary);
  return { ...plan, tiles, chunks: [...tiles.chunks, TOMBSTONE] };
}

/** One list for each view, however often its bound moves: stores prepare what is asked for once for each list. */
function attributeChunks(view: CompiledView): readonly ChunkAddress[] {
  const known = allAttributeChunks.get(view);
  if (known !== undefined) return known;
  const made = [ATTRIBUTES, TOMBSTONE];
  allAttributeChunks.set(view, made);
  return made;
}

const allAttributeChunks = new WeakMap<CompiledView, readonly ChunkAddress[]>();

/** How far a marker says that its generation is materialized. */
export function edgeOf(marker: Marker | null): EpochMicros | null {
  return marker === null || marker.edge === null ? null : micros(marker.edge);
}

/** The resolutions that a marker says there are; without one all that a new generation would have. */
export function levelsFor(view: CompiledView, marker: Marker | null): readonly Level[] {
  return view.shape.kind === "attributes" ? [] : storedLevels(view, view.shape, marker);
}

/** What is asked of the store: the values, and the key's tombstone last. */
export function readOf({ served, key }: KeyRead, { chunks }: ReadPlan): ViewRead {
  const { view, workspaceId, generation } = served;
  return { generation, kind: layoutOf(view).kind, key: entityKey(workspaceId, view, key), chunks };
}
