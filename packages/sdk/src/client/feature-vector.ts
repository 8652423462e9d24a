import { decodeValue, encodeValue, type OnlineFeatures, type WireValue } from "@tesela/contract";
import {
  formatInstant,
  TeselaError,
  type EpochMicros,
  type JoinKey,
  type KeyValue,
  type Value,
} from "@tesela/core";
import type { BatchFeatureView, FeatureValues, JoinKeys } from "../declare/view.ts";
import type { TypedFeature } from "./view-types.ts";

/** A value of a feature vector: int64 a bigint, counts numbers, timestamps ISO text, absent null. */
export type VectorValue = bigint | number | string | boolean | Uint8Array | null;

/** The instants that a vector is of (TIME T12), as ISO text. */
export type VectorMetadata = OnlineFeatures["metadata"];

/** Join keys as a vector holds them: every int64 is a bigint. */
export type JoinKeyValues<View extends BatchFeatureView> = {
  readonly [Key in keyof JoinKeys<View>]: JoinKeys<View>[Key] extends bigint | number
    ? bigint
    : JoinKeys<View>[Key];
};

/** The features of one key at one instant; `Keys` are the join keys where they were asked for. */
export class FeatureVector<View extends BatchFeatureView = BatchFeatureView, Keys extends object = object> {
  readonly metadata: VectorMetadata;
  readonly #values: ReadonlyMap<string, VectorValue>;

  constructor(values: ReadonlyMap<string, VectorValue>, metadata: VectorMetadata) {
    this.#values = values;
    this.metadata = metadata;
  }

  /** The values by name: join keys first where they were asked for, then features in declared order. */
  toObject(): Keys & FeatureValues<View> {
    return Object.fromEntries(this.#values) as Keys & FeatureValues<View>;
  }

  /** The same values without their names, in the same order. */
  toArray(): VectorValue[] {
    return [...this.#values.values()];
  }

  /** What JSON can carry: int64 as text, bytes as base64, NaN and infinities as text. */
  toJSON(): Readonly<Record<string, WireValue>> {
    return Object.fromEntries([...this.#values].map(([name, value]) => [name, toJson(value)]));
  }
}

/** The values of an online answer, by name, in declared order, after the given join keys. */
export function vectorValues(
  answer: OnlineFeatures,
  features: readonly TypedFeature[],
  keys: ReadonlyMap<JoinKey, KeyValue>,
): ReadonlyMap<string, VectorValue> {
  const values = new Map<string, VectorValue>([...keys].map(([{ name }, value]) => [name, value]));
  for (const feature of features)
    values.set(feature.name, decodeFeature(answer.features[feature.name], feature));
  return values;
}

function decodeFeature(wire: WireValue | undefined, { name, type, isCount }: TypedFeature): VectorValue {
  if (wire === undefined) {
    throw new TeselaError("CONFLICT", `The server's feature view has no feature "${name}".`, {
      fix: "Apply the declaration, or read the view by its name.",
    });
  }
  const value: Value = decodeValue(wire, type, `feature "${name}"`);
  if (value === null) return null;
  if (type === "timestamp") return formatInstant(value as EpochMicros);
  return isCount ? Number(value) : value;
}

function toJson(value: VectorValue): WireValue {
  if (typeof value === "bigint") return encodeValue(value, "int64");
  if (typeof value === "number") return encodeValue(value, "float64");
  return value instanceof Uint8Array ? encodeValue(value, "bytes") : value;
}
