import {
  formatInstant,
  micros,
  parseInstant,
  TeselaError,
  type FeatureType,
  type KeyType,
  type KeyValue,
  type Scalar,
  type Value,
  type ValueType,
} from "@tesela/core";
import { z } from "zod";

/** A value as JSON carries it: int64 and bytes and instants as text, NaN and ±Infinity as text. */
export const wireValueSchema = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .meta({ id: "Value", description: "int64: text of digits; bytes: base64; NaN and ±Infinity: text." });

/** A feature as JSON carries it: a value, or a list of values. */
export const wireFeatureSchema = z
  .union([wireValueSchema, z.array(wireValueSchema)])
  .meta({ id: "FeatureValue", description: "A value, or a list of values." });

/** A value as JSON carries it. */
export type WireValue = z.infer<typeof wireValueSchema>;

/** A feature as JSON carries it. */
export type WireFeature = z.infer<typeof wireFeatureSchema>;

interface Codec {
  readonly encode: (value: NonNullable<Value>) => WireValue;
  /** `undefined` when the wire's value is none of this type. */
  readonly decode: (wire: unknown) => Value | undefined;
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const DIGITS = /^-?\d{1,19}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const NOT_FINITE: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

const codecs: Readonly<Record<ValueType, Codec>> = {
  int64: { encode: String, decode: decodeInt64 },
  float64: { encode: encodeFloat, decode: decodeFloat },
  string: { encode: String, decode: (wire) => (typeof wire === "string" ? wire : undefined) },
  bool: { encode: Boolean, decode: (wire) => (typeof wire === "boolean" ? wire : undefined) },
  timestamp: { encode: (value) => formatInstant(micros(value as bigint)), decode: decodeInstant },
  bytes: { encode: (value) => encodeBase64(value as Uint8Array), decode: decodeBase64 },
};

/** Gives features of a type as JSON carries them; null stays null. */
export function featureEncoder(type: FeatureType): (value: Value) => WireFeature {
  if (!type.endsWith("[]")) {
    const { encode } = codecs[type as ValueType];
    return (value) => (value === null ? null : encode(value));
  }
  const element = type.slice(0, -2) as ValueType;
  return (value) => (value as readonly Scalar[] | null)?.map((item) => encodeValue(item, element)) ?? null;
}

/** A feature of a type as JSON carries it; null stays null. */
export function encodeFeature(value: Value, type: FeatureType): WireFeature {
  return featureEncoder(type)(value);
}

/** A value of a type as JSON carries it; null stays null. */
export function encodeValue(value: Value, type: ValueType): WireValue {
  return value === null ? null : codecs[type].encode(value);
}

/** The value that JSON carried; throws `VALIDATION` naming what was expected. `path` names it in the message. */
export function decodeValue(wire: unknown, type: ValueType, path = "value"): Value {
  if (wire === null) return null;
  const value = codecs[type].decode(wire);
  if (value !== undefined) return value;
  throw new TeselaError("VALIDATION", `${path} is ${show(wire)}, expected ${expected[type]}.`);
}

/** A join key that JSON carried; null is refused like every other value that is none of the type. */
export function decodeKeyValue(wire: unknown, type: KeyType, path: string): KeyValue {
  const value = wire === null ? undefined : codecs[type].decode(wire);
  if (value !== undefined) return value as KeyValue;
  throw new TeselaError("VALIDATION", `${path} is ${show(wire)}, expected ${expected[type]}.`);
}

const expected: Readonly<Record<ValueType, string>> = {
  int64: 'a 64-bit integer, as text ("123") or a safe JSON number',
  float64: 'a number, or "NaN", "Infinity", "-Infinity"',
  string: "a string",
  bool: "true or false",
  timestamp: "an ISO 8601 instant, such as 2024-01-31T12:00:00Z",
  bytes: "base64 text",
};

function show(wire: unknown): string {
  const text = JSON.stringify(wire) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function decodeInt64(wire: unknown): bigint | undefined {
  if (typeof wire === "number") return Number.isSafeInteger(wire) ? BigInt(wire) : undefined;
  if (typeof wire !== "string" || !DIGITS.test(wire)) return undefined;
  const value = BigInt(wire);
  return value >= INT64.min && value <= INT64.max ? value : undefined;
}

function encodeFloat(value: NonNullable<Value>): WireValue {
  return Number.isFinite(value) ? Number(value) : String(value);
}

function decodeFloat(wire: unknown): number | undefined {
  return typeof wire === "number" ? wire : NOT_FINITE.get(wire);
}

function decodeInstant(wire: unknown): Value | undefined {
  try {
    return typeof wire === "string" ? parseInstant(wire) : undefined;
  } catch {
    return undefined;
  }
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function decodeBase64(wire: unknown): Uint8Array | undefined {
  if (typeof wire !== "string" || !BASE64.test(wire)) return undefined;
  return Uint8Array.from(atob(wire), (character) => character.charCodeAt(0));
}
