import { isExpired, type CompiledView, type EpochMicros, type TimeRange } from "@tesela/core";
import type { AttributeEntry } from "../value/attribute-value.ts";

/** What a push brings for one view: its commit, the range it replaces, and the edges before and after. */
export interface PushScope {
  readonly commitSeq: bigint;
  /** The range whose stored rows this commit replaces. */
  readonly range: TimeRange;
  /** TIME T12 before this push; `null` where nothing was complete. */
  readonly edgeBefore: EpochMicros | null;
  readonly edgeAfter: EpochMicros | null;
}

/**
 * The rows to keep for a key: stored rows outside the replaced range and the incoming ones, without those
 * that no bound from the edge before on can ask for. A row brought by a later commit stays.
 */
export function mergeAttributes(
  view: CompiledView,
  scope: PushScope,
  stored: readonly AttributeEntry[],
  incoming: readonly AttributeEntry[],
): readonly AttributeEntry[] {
  const kept = stored.filter((entry) => !isReplaced(entry, scope));
  if (kept.length === 0 && incoming.length === 1) return stillAsked(view, scope, incoming);
  const byTime = new Map([...incoming, ...kept].map((entry) => [entry.eventTime, entry]));
  const entries = [...byTime.values()].toSorted((a, b) => (a.eventTime < b.eventTime ? -1 : 1));
  return stillAsked(view, scope, entries);
}

function isReplaced(entry: AttributeEntry, { range, commitSeq }: PushScope): boolean {
  return entry.eventTime >= range.start && entry.eventTime < range.end && entry.commitSeq <= commitSeq;
}

/** The newest row before the oldest bound that is still asked about, and everything from that bound on. */
function stillAsked(
  view: CompiledView,
  { edgeBefore, edgeAfter }: PushScope,
  entries: readonly AttributeEntry[],
): readonly AttributeEntry[] {
  const oldest = edgeBefore ?? edgeAfter;
  if (oldest === null) return entries;
  const newest = entries.findLastIndex(({ eventTime }) => eventTime < oldest);
  return entries
    .slice(Math.max(newest, 0))
    .filter(({ eventTime }) => !isExpired(view.time, eventTime, oldest));
}
