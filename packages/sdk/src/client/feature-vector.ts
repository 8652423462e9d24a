import {
  decodeValue,
  encodeValue,
  type OnlineFeatures,
  type OnlineVectors,
  type WireFeature,
  type WireValue,
} from "@tesela/contract";
import {
  formatInstant,
  TeselaError,
  type EpochMicros,
  type JoinKey,
  type KeyValue,
  type ValueType,
} from "@tesela/core";
import type { FeatureService } from "../declare/feature-service.ts";
import type { DeclaredView, FeatureValues, JoinKeys } from "../declare/view.ts";
import type { TypedFeature } from "./view-types.ts";

/** A value of a feature vector: int64 a bigint, counts numbers, timestamps ISO text, absent null. */
export type VectorValue = VectorScalar | readonly VectorScalar[];

type VectorScalar = bigint | number | string | boolean | Uint8Array | null;

/** A value of a vector as JSON carries it. */
type JsonValue = WireValue | readonly WireValue[];

/** The instants that a vector is of (TIME T12), as ISO text; of several views the oldest. */
export interface VectorMetadata extends Readonly<OnlineFeatures["metadata"]> {
  /** The same instants of each view by itself; absent where one view was read for one key. */
  readonly views?: Readonly<OnlineVectors["metadata"]["views"]>;
  /** Features that are null because they could not be had, and why; absent unless there are any. */
  readonly lacking?: Readonly<Record<string, "TIMEOUT" | "UNAVAILABLE" | "VALUE_ERROR">>;
}

/** Join keys as a vector holds them: every int64 is a bigint. */
export type JoinKeyValues<View extends DeclaredView | FeatureService> = {
  readonly [Key in keyof JoinKeys<View>]: JoinKeys<View>[Key] extends bigint | number
    ? bigint
    : JoinKeys<View>[Key];
};

/** The features of one key at one instant; `Keys` are the join keys where they were asked for. */
export class FeatureVector<
  View extends DeclaredView | FeatureService = DeclaredView,
  Keys extends object = object,
> {
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
  toJSON(): Readonly<Record<string, JsonValue>> {
    return Object.fromEntries([...this.#values].map(([name, value]) => [name, toJson(value)]));
  }
}

/** The values of an online answer, by name, in declared order, after the given join keys. */
export function vectorValues(
  answer: Pick<OnlineFeatures, "features">,
  features: readonly TypedFeature[],
  keys: ReadonlyMap<JoinKey, KeyValue>,
): ReadonlyMap<string, VectorValue> {
  const values = new Map<string, VectorValue>([...keys].map(([{ name }, value]) => [name, value]));
  for (const feature of features)
    values.set(feature.name, decodeFeature(answer.features[feature.name], feature));
  return values;
}

function decodeFeature(wire: WireFeature | undefined, { name, type, isCount }: TypedFeature): VectorValue {
  if (wire === undefined) {
    throw new TeselaError("CONFLICT", `The server's feature view has no feature "${name}".`, {
      fix: "Apply the declaration, or read the view by its name.",
    });
  }
  if (!type.endsWith("[]")) return decodeScalar(wire, type as ValueType, isCount, name);
  if (wire === null) return null;
  if (!Array.isArray(wire))
    throw new TeselaError("INTERNAL", `The feature "${name}" came as something else than a list.`);
  return wire.map((item: unknown) => decodeScalar(item, type.slice(0, -2) as ValueType, false, name));
}

function decodeScalar(wire: unknown, type: ValueType, isCount: boolean, name: string): VectorScalar {
  const value = decodeValue(wire, type, `feature "${name}"`);
  if (value === null) return null;
  if (type === "timestamp") return formatInstant(value as EpochMicros);
  return isCount ? Number(value) : (value as VectorScalar);
}

function toJson(value: VectorValue): JsonValue {
  if (isList(value)) return value.map(scalarToJson);
  return scalarToJson(value);
}

function isList(value: VectorValue): value is readonly VectorScalar[] {
  return Array.isArray(value);
}

function scalarToJson(value: VectorScalar): WireValue {
  if (typeof value === "bigint") return encodeValue(value, "int64");
  if (typeof value === "number") return encodeValue(value, "float64");
  return value instanceof Uint8Array ? encodeValue(value, "bytes") : value;
}
