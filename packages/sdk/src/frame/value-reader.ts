import type { SchemaElement, SchemaTree } from "hyparquet";
import { isText, itemOf, logicalOf } from "./frame-schema.ts";
import type { FrameValue } from "./frame-value.ts";
import { floorToMicros, instantText, timeText } from "./instant-text.ts";

/** Makes a value of a frame of one as it is stored; `null` where the two are the same. */
export type ReadValue = ((stored: never) => FrameValue) | null;

/** How the values of a column are read. */
export function readerOf(column: SchemaTree): ReadValue {
  const item = itemOf(column);
  if (item !== null) return listReader(item);
  if (column.children.length === 0) return leafReader(column.element);
  return logicalOf(column.element) === "MAP" ? mapReader(column) : structReader(column);
}

function listReader(item: SchemaTree): ReadValue {
  const read = nested(item);
  return (list: readonly unknown[]) => list.map(read);
}

function structReader({ children }: SchemaTree): ReadValue {
  const fields = children.map((child) => [child.element.name, nested(child)] as const);
  return (struct: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(fields.map(([name, read]) => [name, read(struct[name])]));
}

/** A map comes as an object, whose keys are text whatever their type is. */
function mapReader({ children }: SchemaTree): ReadValue {
  const entry = children[0];
  const [key, value] = entry?.children ?? [];
  if (key === undefined || value === undefined) return null;
  const [readKey, readValue] = [nested(key), nested(value)];
  return (map: readonly { readonly key: unknown; readonly value: unknown }[] | object) => {
    const entries = Array.isArray(map)
      ? map
      : Object.entries(map as Readonly<Record<string, unknown>>).map(([key, value]) => ({ key, value }));
    return entries.map((one: { key: unknown; value: unknown }) => ({
      key: typeof one.key === "string" ? one.key : readKey(one.key),
      value: readValue(one.value),
    }));
  };
}

/** Any value may be absent inside others. */
function nested(column: SchemaTree): (stored: unknown) => FrameValue {
  const read = readerOf(column);
  return (stored) => {
    if (stored === null || stored === undefined) return null;
    return read === null ? (stored as FrameValue) : read(stored as never);
  };
}

function leafReader(element: SchemaElement): ReadValue {
  const logical = logicalOf(element);
  if (isText(element)) return null;
  if (element.type === "INT96") return (nanos: bigint) => instantText(floorToMicros(nanos));
  if (logical.startsWith("TIMESTAMP")) return instantReader(element);
  if (logical === "DATE") return (days: number) => instantText(BigInt(days) * 86_400_000_000n);
  if (logical.startsWith("TIME")) return timeReader(element);
  if (logical === "DECIMAL") return decimalReader(element);
  if (logical === "UUID") return uuidText;
  if (logical === "INTERVAL") return interval;
  if (element.type === "INT32" || element.type === "INT64") return integerReader(element);
  return null;
}

type Unit = "MILLIS" | "MICROS" | "NANOS";

function unitOf({ logical_type, converted_type }: SchemaElement): Unit {
  if (logical_type !== undefined && "unit" in logical_type) return logical_type.unit;
  return converted_type?.endsWith("MILLIS") === true ? "MILLIS" : "MICROS";
}

const toMicros: Readonly<Record<Unit, (value: bigint) => bigint>> = {
  MILLIS: (value) => value * 1_000n,
  MICROS: (value) => value,
  NANOS: floorToMicros,
};

function instantReader(element: SchemaElement): ReadValue {
  const unit = unitOf(element);
  if (unit === "MICROS") return instantText;
  return (value: bigint) => instantText(toMicros[unit](value));
}

/** Never through a `Date`, which has milliseconds only. */
function timeReader(element: SchemaElement): ReadValue {
  const convert = toMicros[unitOf(element)];
  return (value: bigint | number) => timeText(Number(convert(BigInt(value))));
}

/** The number that is nearest to the decimal, which its digits times a power of ten are not always. */
function decimalReader({ scale = 0 }: SchemaElement): ReadValue {
  return (value: bigint | number | Uint8Array) =>
    Number(`${value instanceof Uint8Array ? signed(value) : value}e-${scale}`);
}

function signed(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function interval(bytes: Uint8Array): FrameValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [months, days, millis] = [0, 4, 8].map((offset) => view.getInt32(offset, true));
  return { months: months!, days: days!, micros: BigInt(millis!) * 1_000n };
}

function integerReader({ type, logical_type, converted_type }: SchemaElement): ReadValue {
  const isUnsigned =
    converted_type?.startsWith("UINT") === true ||
    (logical_type?.type === "INTEGER" && !logical_type.isSigned);
  const bits = type === "INT64" ? 64 : 32;
  if (isUnsigned) return (value: bigint | number) => BigInt.asUintN(bits, BigInt(value));
  return (value: bigint | number) => BigInt(value);
}
