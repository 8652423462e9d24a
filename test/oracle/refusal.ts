import type { RawOptions, RawView } from "./raw-view.ts";

/** Why a read of one view must be refused whatever its rows (TIME T11, T14), or null. */
export function refusal(view: RawView, options: RawOptions): string | null {
  const { embargo, maxLookback, maxStaleness, isKnownAt } = options;
  const reaches = [maxLookback, maxStaleness].filter((reach) => reach !== null);
  if (embargo < 0n) return "the embargo is negative";
  if (reaches.length > 0 && view.features.some(({ kind }) => kind === "aggregate")) {
    return "maxLookback and maxStaleness are for attribute views";
  }
  if (reaches.some((reach) => reach <= embargo))
    return "maxLookback and maxStaleness must exceed the embargo";
  if (isKnownAt && view.createdTimestampField === null) return "knownAt needs a createdTimestampField";
  return null;
}
