import { unreachable } from "../errors/unreachable.ts";
import { formatDuration } from "../time/duration.ts";
import { ceil } from "../time/floor.ts";
import { formatInstant, micros, type EpochMicros } from "../time/instant.ts";
import { bound, firstBoundOf, firstInstantOf, PLAIN_BOUND, startBound, ttlBase } from "../time/law.ts";
import { formatRange, type TimeRange } from "../time/range.ts";
import type { ReadStatus } from "./read-status.ts";
import type { AskedView } from "./read-view.ts";

/** Why a spine row has its values of a view: a status, or what stands behind `none`. */
export type RowReason = ReadStatus | "not_yet_visible" | "embargoed";

/** The stored rows of a key around a bound: event times of attribute rows, starts of tiles. */
export interface NearestRows {
  /** The newest before the bound. */
  readonly before: EpochMicros | null;
  /** The oldest at or after the bound. */
  readonly after: EpochMicros | null;
}

/** A row of a spine as one view sees it. */
export interface RowFacts {
  readonly asked: AskedView;
  readonly status: ReadStatus;
  /** `null` where the row has none. */
  readonly instant: EpochMicros | null;
  readonly nearest: NearestRows;
  readonly gaps: readonly TimeRange[];
  /** Whether all stored rows of the key were looked at, or only those near the bound. */
  readonly isWhole: boolean;
}

/** A reason, and the same in words with its instants. */
export interface ExplainedRow {
  readonly reason: RowReason;
  readonly because: string;
}

/** Why a row of a spine has its values of a view, or none (TIME T3 to T12). */
export function explainRow(facts: RowFacts): ExplainedRow {
  const { status, instant } = facts;
  if (instant === null) return { reason: "no_timestamp", because: "The row has no instant." };
  return status === "none"
    ? explainNone(facts, instant)
    : { reason: status, because: wordsOf(facts, instant) };
}

function wordsOf(facts: RowFacts, instant: EpochMicros): string {
  const { asked, status, gaps } = facts;
  const { time } = asked.view;
  switch (status) {
    case "matched":
      return matchedWords(facts, instant);
    case "no_timestamp":
      return "The row has no instant.";
    case "no_key":
      return "A join key of the row is null.";
    case "before_start":
      return `The bound ${at(boundOf(asked, instant))} lies before the feature start, ${at(startBound(time))} on the view's grid.`;
    case "not_materialized":
      return `History that the row needs is not materialized: ${gaps.map(formatRange).join(", ")}.`;
    case "expired":
      return expiredWords(facts);
    case "beyond_lookback":
      return tooOldWords(facts, "maxLookback");
    case "stale":
      return tooOldWords(facts, "maxStaleness");
    case "error":
      return "A value does not fit its type.";
    case "none":
      return "There is no row of this key.";
    default:
      return unreachable(status);
  }
}

function matchedWords({ asked, nearest }: RowFacts, instant: EpochMicros): string {
  const before = nearest.before === null ? "" : ` at ${at(nearest.before)}`;
  const boundary = at(boundOf(asked, instant));
  return asked.view.shape.kind === "attributes"
    ? `The row${before} is the newest of this key before the bound ${boundary}.`
    : `A window before the bound ${boundary} holds events; the newest tile of this key begins${before}.`;
}

function expiredWords({ asked: { view, fences }, nearest: { before } }: RowFacts): string {
  if (before === null || view.time.ttl === null) return "The newest visible row is older than the ttl.";
  const gone = ceil(micros(ttlBase(view.time, before) + view.time.ttl), view.time.grain);
  return `The newest visible row, of ${at(before)}, expired at ${at(firstInstantOf(view.time, gone, fences))} (ttl ${formatDuration(view.time.ttl)}).`;
}

function tooOldWords(
  { asked: { fences }, nearest: { before }, instant }: RowFacts,
  fence: "maxLookback" | "maxStaleness",
): string {
  const age = fences[fence];
  const row = before === null ? "The newest visible row" : `The newest visible row, of ${at(before)},`;
  if (age === null || instant === null) return `${row} is older than ${fence}.`;
  return `${row} is older than ${fence} ${formatDuration(age)} allows: ${at(micros(instant - age))}.`;
}

/** TIME T3: a row that lies at or after the bound waits; perhaps it is the embargo alone that hides it. */
function explainNone(facts: RowFacts, instant: EpochMicros): ExplainedRow {
  const { asked, nearest } = facts;
  const { view, fences } = asked;
  const { before, after } = nearest;
  if (after === null) return { reason: "none", because: noneWords(facts) };
  const what = view.shape.kind === "attributes" ? "A row" : "A tile";
  const from = at(firstInstantOf(view.time, firstBoundOf(view.time, after), fences));
  const unfenced = bound(view.time, instant, { ...fences, embargo: PLAIN_BOUND.embargo });
  if (before === null && after < unfenced) {
    const because = `${what} of this key at ${at(after)} would be visible without the embargo of ${formatDuration(fences.embargo)}; with it, it is from ${from}.`;
    return { reason: "embargoed", because };
  }
  const because = `${what} of this key at ${at(after)} is not before the bound ${at(boundOf(asked, instant))}; it is visible from ${from}.`;
  return { reason: "not_yet_visible", because };
}

function noneWords({ asked: { view, fences }, nearest: { before }, isWhole }: RowFacts): string {
  const known = fences.isKnownAt ? " that was known then" : "";
  const where = isWhole ? "" : " in the files near the bound, which are all that explain looks at";
  if (before === null) return `There is no row of this key${known}${where}.`;
  const what = view.shape.kind === "attributes" ? "row" : "tile";
  return `The newest ${what} of this key, at ${at(before)}, is before every window, or holds nulls alone.`;
}

function boundOf({ view, fences }: AskedView, instant: EpochMicros): EpochMicros {
  return bound(view.time, instant, fences);
}

function at(instant: EpochMicros): string {
  return formatInstant(instant);
}
