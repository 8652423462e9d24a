import { isExpired, type CompiledView, type EpochMicros } from "@tesela/core";
import { inOrder, tableRows } from "../reader/table-rows.ts";
import type { AttributeEntry } from "../value/attribute-value.ts";

/** What the push of an ingest needs to know of the reads that go on meanwhile and come after it. */
export interface TableScope {
  readonly commitSeq: bigint;
  /** The commit that reads answer by until the push is done; 0 before the first. */
  readonly visibleSeq: bigint;
  /** The oldest bound that must still find its row. */
  readonly keptFrom: EpochMicros;
}

/**
 * The rows to keep for a key: those that reads by the visible commit ask for, and those that reads by this
 * commit will. Two rows of one event time differ in their commit, and the later commit's is the better one
 * (TIME T8): the offline merge has decided that. Ascends by event time, then commit.
 */
export function mergeTable(
  view: CompiledView,
  { commitSeq, visibleSeq, keptFrom }: TableScope,
  stored: readonly AttributeEntry[],
  incoming: readonly AttributeEntry[],
): readonly AttributeEntry[] {
  const times = new Set(incoming.map(({ eventTime }) => eventTime));
  const isRepeated = (entry: AttributeEntry): boolean =>
    entry.commitSeq === commitSeq && times.has(entry.eventTime);
  const all = [...stored.filter((entry) => !isRepeated(entry)), ...incoming];
  const visible = asked(view, keptFrom, tableRows(all, visibleSeq));
  const merged = asked(view, keptFrom, tableRows(all, null));
  return [...new Set([...visible, ...merged])].toSorted(inOrder);
}

/** The newest row before the oldest bound that is asked about, and all from that bound on. */
export function asked(
  view: CompiledView,
  keptFrom: EpochMicros,
  rows: readonly AttributeEntry[],
): readonly AttributeEntry[] {
  const newest = rows.findLastIndex(({ eventTime }) => eventTime < keptFrom);
  return rows
    .slice(Math.max(newest, 0))
    .filter(({ eventTime }) => !isExpired(view.time, eventTime, keptFrom));
}
