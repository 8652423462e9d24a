import {
  formatInstant,
  micros,
  TeselaError,
  type CompiledView,
  type EpochMicros,
  type Value,
} from "@tesela/core";
import { decodeTombstone, hidesEvent, type Tombstone } from "../deletion/tombstone.ts";
import type { Marker, ViewReadResult } from "../store/port.ts";
import {
  decodeAttributes,
  decodeNewest,
  type AttributeEntry,
  type AttributeRow,
} from "../value/attribute-value.ts";
import { layoutOf } from "../value/layout.ts";
import { allNull, answerAttributes } from "./answer.ts";
import type { ServedView } from "./served-view.ts";
import { tableRows } from "./table-rows.ts";
import { answerTileRead } from "./tile-answer.ts";
import { edgeOf, followsClock, type ReadPlan } from "./view-read.ts";

/** The features of one key at one instant. */
export interface OnlineAnswer {
  /** In the order of the view's features. */
  readonly values: readonly Value[];
  /** The bound they were answered at; `null` before the first job (TIME T12). */
  readonly bound: EpochMicros | null;
  /** How far the view is materialized; `null` before the first job. */
  readonly edge: EpochMicros | null;
}

/** What the store has said of one key: the answer to the read of `readOf`. */
export interface FoundView {
  readonly marker: Marker | null;
  readonly values: ViewReadResult["values"];
  readonly tombstone: Tombstone | null;
}

/** Takes what a store has answered for a view apart: its values, and the tombstone that stands last. */
export function foundView({ marker, values }: ViewReadResult): FoundView {
  return { marker, values, tombstone: decodeTombstone(values.at(-1) ?? null) };
}

/**
 * Absence is never mistaken for zero, nor for a key that was not deleted: a marker that is missing or behind the plan is
 * lost data.
 */
export function checkMarker(
  { view, expectedSeq, expectedHidden = 0n }: ServedView,
  marker: Marker | null,
): void {
  if (holds(marker, { expectedSeq, expectedHidden })) return;
  throw new TeselaError("UNAVAILABLE", `The online store has lost data of feature view "${view.name}".`, {
    fix: "It is loaded again by itself, begun within seconds while a worker and a control plane run; `tesela rebuild` does so at once.",
  });
}

const NO_MARKER = { commitSeq: 0n, hidden: 0n };

/** Whether a marker has all that is known to have been written; before the first push there is none. */
export function holds(
  marker: Marker | null,
  { expectedSeq, expectedHidden }: { readonly expectedSeq: bigint; readonly expectedHidden: bigint },
): boolean {
  const { commitSeq, hidden } = marker ?? NO_MARKER;
  return commitSeq >= expectedSeq && hidden >= expectedHidden;
}

/** The answer at the plan's bound; throws `UNAVAILABLE` where that is no longer kept. */
export function answerView(
  { view }: ServedView,
  plan: ReadPlan,
  { marker, values, tombstone }: FoundView,
  now: EpochMicros,
): OnlineAnswer {
  const { boundary, oldestVisible, tiles } = plan;
  const edge = followsClock(view) ? now : edgeOf(marker);
  if (boundary === null) return { values: allNull(view), bound: null, edge };
  checkRetained(view, boundary, marker);
  if (oldestVisible === null) return { values: allNull(view), bound: boundary, edge };
  const features =
    view.shape.kind === "attributes" || tiles === null
      ? answerAttributes(
          view,
          newestRow(view, boundary, { marker, values, tombstone }),
          boundary,
          oldestVisible,
        )
      : answerTileRead(view, view.shape, tiles, values, tombstone);
  return { values: features, bound: boundary, edge };
}

/** Online data reach back no further than they must: a clock that was set back asks for what is gone. */
export function checkRetained(view: CompiledView, boundary: EpochMicros, marker: Marker | null): void {
  const from = marker?.retainedFrom ?? null;
  if (from === null || boundary >= from) return;
  const held = `Feature view "${view.name}" is kept online from ${formatInstant(micros(from))} on`;
  throw new TeselaError("UNAVAILABLE", `${held}; the platform clock asks for ${formatInstant(boundary)}.`, {
    fix: "Set the platform clock forward, or ask for historical features.",
  });
}

/** The newest row before a bound, unless it is hidden (TIME T17), as all before it then are. */
function newestRow(view: CompiledView, boundary: EpochMicros, found: FoundView): AttributeRow | null {
  const { types } = layoutOf(view);
  const stored = found.values[0] ?? null;
  const newest =
    view.kind === "table"
      ? newestOfTable(decodeAttributes(stored, types), boundary, found.marker)
      : decodeNewest(stored, types, boundary);
  return newest === null || hidesEvent(found.tombstone, newest.eventTime) ? null : newest;
}

/** Rows of a table's commit that is still being pushed do not count yet. */
function newestOfTable(
  rows: readonly AttributeEntry[],
  boundary: EpochMicros,
  marker: Marker | null,
): AttributeRow | null {
  const counted = tableRows(rows, marker?.commitSeq ?? 0n);
  return counted.findLast(({ eventTime }) => eventTime < boundary) ?? null;
}
