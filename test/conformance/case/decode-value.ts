import { parseInstant, TeselaError, type Value, type ValueType } from "@tesela/core";

const INT64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };
const NOT_FINITE: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/** The value of a type that a case file writes as `json`; `path` names it where it is none. */
export function decodeValue(json: unknown, type: ValueType, path: string): Value {
  if (json === null) return null;
  const value = decoders[type](json);
  if (value !== undefined) return value;
  throw new TeselaError("VALIDATION", `${path} is ${JSON.stringify(json)}, expected ${type}.`);
}

const decoders: Readonly<Record<ValueType, (json: unknown) => Value | undefined>> = {
  int64: decodeInt64,
  float64: (json) => (typeof json === "number" ? json : NOT_FINITE.get(json)),
  string: (json) => (typeof json === "string" ? json : undefined),
  bool: (json) => (typeof json === "boolean" ? json : undefined),
  timestamp: (json) => (typeof json === "string" ? parseInstant(json) : undefined),
  bytes: () => undefined,
};

function decodeInt64(json: unknown): bigint | undefined {
  if (typeof json === "number") return Number.isSafeInteger(json) ? BigInt(json) : undefined;
  if (typeof json !== "string" || !/^-?\d{1,19}$/.test(json)) return undefined;
  const value = BigInt(json);
  return value >= INT64.least && value <= INT64.greatest ? value : undefined;
}
