import {
  formatInstant,
  micros,
  parseInstant,
  type CompiledRealtimeView,
  type FeatureType,
  type RealtimeField,
  type Scalar,
  type Value,
  type ValueType,
} from "@tesela/core";
import { elementOf } from "./program.ts";

/** What a function is given for one row: of each source in order, the values of its fields in order. */
export type RealtimeRow = readonly (readonly Value[])[];

/** What it made of the row: its features in order; all null where it failed, with why. */
export interface RealtimeAnswer {
  readonly values: readonly Value[];
  readonly error: string | null;
}

interface Codec {
  readonly encode: (value: Scalar) => unknown;
  readonly decode: (value: unknown) => Scalar;
}

const same: Codec = { encode: (value) => value, decode: (value) => value as Scalar };

const codecs: Readonly<Record<ValueType, Codec>> = {
  int64: { encode: String, decode: (value) => BigInt(value as string) },
  float64: {
    encode: (value) => (Number.isFinite(value) ? value : String(value)),
    decode: Number,
  },
  string: { encode: (value) => value, decode: (value) => String(value).toWellFormed() },
  bool: same,
  timestamp: {
    encode: (value) => formatInstant(micros(value as bigint)),
    decode: (value) => parseInstant(value as string),
  },
  bytes: {
    encode: (value) => Buffer.from(value as Uint8Array).toString("hex"),
    decode: (value) => new Uint8Array(Buffer.from(value as string, "hex")),
  },
};

/** Rows as the program reads them: JSON, int64 as text, instants ISO text, bytes hexadecimal, NaN and ±Infinity text. */
export function encodeRows({ sources }: CompiledRealtimeView, rows: readonly RealtimeRow[]): string {
  const encoded = rows.map((row) =>
    sources.map(({ fields }, source) => fields.map((field, at) => encodeField(field, row[source]![at]!))),
  );
  return JSON.stringify(encoded);
}

function encodeField({ type, isCount }: RealtimeField, value: Value): unknown {
  if (value === null) return null;
  if (isCount) return Number(value);
  const element = elementOf(type);
  if (element === null) return codecs[type as ValueType].encode(value as Scalar);
  const { encode } = codecs[element as ValueType];
  return (value as readonly (Scalar | null)[]).map((item) => (item === null ? null : encode(item)));
}

/** What the program wrote. */
export function decodeAnswers({ features }: CompiledRealtimeView, json: string): readonly RealtimeAnswer[] {
  const answers = JSON.parse(json) as readonly { values?: readonly unknown[]; error?: string }[];
  return answers.map(({ values, error }) => {
    if (values === undefined) return failed(features, error ?? "");
    try {
      return { values: features.map(({ type }, at) => decodeFeature(type, values[at])), error: null };
    } catch (thrown) {
      return failed(features, thrown instanceof Error ? thrown.message : "");
    }
  });
}

function decodeFeature(type: FeatureType, value: unknown): Value {
  if (value === null) return null;
  const element = elementOf(type);
  if (element === null) return codecs[type as ValueType].decode(value);
  return (value as readonly unknown[]).map(codecs[element as ValueType].decode);
}

/** An answer without values, and why. */
export function failed(features: CompiledRealtimeView["features"], error: string): RealtimeAnswer {
  return { values: features.map(() => null), error: error.slice(0, 200) };
}
