import type { AttributeEntry } from "../value/attribute-value.ts";

/** Of each event time the row of the latest commit, ascending; rows of commits after `upTo` do not count. */
export function tableRows(
  entries: readonly AttributeEntry[],
  upTo: bigint | null,
): readonly AttributeEntry[] {
  const counted = upTo === null ? entries : entries.filter(({ commitSeq }) => commitSeq <= upTo);
  const byTime = new Map(counted.toSorted(inOrder).map((entry) => [entry.eventTime, entry]));
  return [...byTime.values()];
}

/** Compares by event time, then commit. */
export function inOrder(a: AttributeEntry, b: AttributeEntry): number {
  if (a.eventTime !== b.eventTime) return a.eventTime < b.eventTime ? -1 : 1;
  return a.commitSeq < b.commitSeq ? -1 : a.commitSeq > b.commitSeq ? 1 : 0;
}
