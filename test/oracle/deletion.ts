/** What a deletion says to the oracle: a key, and the instant before which its events never were (TIME T17). */
export interface OracleDeletion<Key> {
  readonly key: Key;
  readonly at: bigint;
}

/** The events that no deletion hides. */
export function visibleEvents<Key, Event extends { readonly key: Key; readonly time: bigint }>(
  events: readonly Event[],
  deletions: readonly OracleDeletion<Key>[],
): readonly Event[] {
  return events.filter(({ key, time }) => !deletions.some((one) => one.key === key && time < one.at));
}
