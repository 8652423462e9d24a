import { encodeFeature, encodeValue, type FeatureConsistency, type WireValue } from "@tesela/contract";
import {
  askedFeatures,
  differenceOf,
  type AskedFeature,
  type AskedView,
  type Difference,
  type KeyValue,
  type Value,
} from "@tesela/core";
import type { SampledRow } from "./sampled-history.ts";

/** A sampled key with both of its answers. */
export interface ComparedRow extends SampledRow {
  readonly online: readonly Value[];
}

/** How the features of a row differ, in the view's order; `null` for one that does not. */
export function differencesOf(
  asked: AskedView,
  { online, values }: ComparedRow,
): readonly (Difference | null)[] {
  return askedFeatures(asked).map(({ aggregate }, index) => {
    return differenceOf(online[index] ?? null, values[index] ?? null, aggregate?.aggregate.name ?? null);
  });
}

/** The differences of each feature, counted, with the first keys that have one. */
export function countDifferences(
  asked: AskedView,
  rows: readonly ComparedRow[],
  examples: number,
): FeatureConsistency[] {
  const differences = rows.map((row) => differencesOf(asked, row));
  return askedFeatures(asked).map((feature, index) => {
    const own = differences.map((all) => all[index]!);
    const countOf = (kind: Difference | null) => own.filter((one) => one === kind).length;
    const differing = rows.flatMap((row, at) => (own[at] === null ? [] : [{ row, difference: own[at]! }]));
    return {
      feature: feature.name,
      equal: countOf(null),
      mismatch: countOf("mismatch"),
      missing: countOf("missing"),
      extra: countOf("extra"),
      examples: differing.slice(0, examples).map(({ row, difference }) => ({
        joinKeys: joinKeysOf(asked, row.key),
        difference,
        ...bothSides(feature, row, index),
      })),
    };
  });
}

function bothSides({ type }: AskedFeature, { online, values }: ComparedRow, index: number) {
  return {
    online: encodeFeature(online[index] ?? null, type),
    offline: encodeFeature(values[index] ?? null, type),
  };
}

/** Join keys by name, as JSON carries them. */
export function joinKeysOf({ view }: AskedView, key: readonly KeyValue[]): Record<string, WireValue> {
  return Object.fromEntries(
    view.joinKeys.map(({ name, type }, index) => [name, encodeValue(key[index]!, type)]),
  );
}
