import type { EpochMicros } from "../time/instant.ts";

/** The types of feature and key values. */
export const VALUE_TYPES = ["int64", "float64", "string", "bool", "timestamp", "bytes"] as const;

/** The type of a feature or key value. */
export type ValueType = (typeof VALUE_TYPES)[number];

/** The type of a feature: a value, or (functions that give lists) an array of values without nulls. */
export type FeatureType = ValueType | `${ValueType}[]`;

/** The types that a join key may have. */
export const KEY_TYPES = ["int64", "string", "bytes"] as const;

/** The type of a join key. */
export type KeyType = (typeof KEY_TYPES)[number];

/** A value inside the platform: int64 is a bigint, a timestamp microseconds, absent is null. */
export type Value = Scalar | readonly Scalar[] | null;

/** One value that is there. */
export type Scalar = bigint | number | string | boolean | EpochMicros | Uint8Array;

/** A join key's value. */
export type KeyValue = bigint | string | Uint8Array;

/** Whether a text names a value type. */
export function isValueType(text: unknown): text is ValueType {
  return VALUE_TYPES.some((type) => type === text);
}
