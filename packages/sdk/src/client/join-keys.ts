import { encodeValue, type WireValue } from "@tesela/contract";
import { TeselaError, type JoinKey, type KeyType, type KeyValue } from "@tesela/core";

/** A join key as users give it: int64 as a bigint or a safe integer. */
export type KeyInput = string | bigint | number | Uint8Array;

const expected: Readonly<Record<KeyType, string>> = {
  int64: "a bigint or a safe integer",
  string: "a string",
  bytes: "a Uint8Array",
};

/** The values of a view's join keys, in order. Throws `VALIDATION` on one missing, unknown or of another type. */
export function checkJoinKeys(given: object, joinKeys: readonly JoinKey[]): ReadonlyMap<JoinKey, KeyValue> {
  const values: ReadonlyMap<string, unknown> = new Map(Object.entries(given));
  const unknown = [...values.keys()].find((name) => !joinKeys.some((key) => key.name === name));
  if (unknown !== undefined) throw wrong(`There is no join key "${unknown}".`, joinKeys);
  return new Map(joinKeys.map((key) => [key, checkKey(key, values.get(key.name), joinKeys)]));
}

/** Join keys as JSON carries them. */
export function encodeJoinKeys(values: ReadonlyMap<JoinKey, KeyValue>): Readonly<Record<string, WireValue>> {
  return Object.fromEntries([...values].map(([{ name, type }, value]) => [name, encodeValue(value, type)]));
}

function checkKey(key: JoinKey, value: unknown, joinKeys: readonly JoinKey[]): KeyValue {
  if (key.type === "int64" && typeof value === "bigint") return value;
  if (key.type === "int64" && Number.isSafeInteger(value)) return BigInt(value as number);
  if (key.type === "string" && typeof value === "string") return value;
  if (key.type === "bytes" && value instanceof Uint8Array) return value;
  const found = value === undefined ? "missing" : value === null ? "null" : `a ${typeof value}`;
  throw wrong(`Join key "${key.name}" is ${found}, expected ${expected[key.type]}.`, joinKeys);
}

function wrong(message: string, joinKeys: readonly JoinKey[]): TeselaError {
  const list = joinKeys.map(({ name, type }) => `${name} (${type})`).join(", ");
  return new TeselaError("VALIDATION", message, { fix: `The join keys are: ${list}.` });
}
