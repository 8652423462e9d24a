import type { ArrowType, ArrowVector } from "./arrow-table.ts";
import { elementOf, type ElementType } from "./parquet-element.ts";

/** How a column of Arrow stands in Parquet, and how its values are read for it. */
export interface ArrowColumn {
  readonly element: ElementType;
  readonly isList: boolean;
  readonly read: (vector: ArrowVector) => unknown[];
}

/** The ids of Arrow's types, as its format fixes them. */
const TYPE = {
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  date: 8,
  timestamp: 10,
  list: 12,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  largeBinary: 19,
  largeUtf8: 20,
} as const;

const MILLIS_PER_DAY = 86_400_000;

/** How a type of Arrow is written; `null` where it is none that a spine can have. */
export function arrowColumn(type: ArrowType): ArrowColumn | null {
  if (type.dictionary !== undefined) {
    const column = arrowColumn(type.dictionary);
    return column === null || column.isList ? null : { ...column, read: readValues };
  }
  if (type.typeId === TYPE.list || type.typeId === TYPE.fixedSizeList) return listColumn(type);
  const element = elementOfArrow(type);
  if (element === null) return null;
  return { element, isList: false, read: readerOf(type) };
}

function listColumn(type: ArrowType): ArrowColumn | null {
  const child = type.children?.[0]?.type;
  const inner = child === undefined ? null : arrowColumn(child);
  if (inner === null || inner.isList) return null;
  const read = (vector: ArrowVector): unknown[] =>
    readValues(vector).map((list) => (list === null ? null : inner.read(list as ArrowVector)));
  return { element: inner.element, isList: true, read };
}

function elementOfArrow(type: ArrowType): ElementType | null {
  switch (type.typeId) {
    case TYPE.int:
      return integer(type.bitWidth ?? 64, type.isSigned ?? true);
    case TYPE.float:
      return { type: "DOUBLE" };
    case TYPE.bool:
      return elementOf.bool;
    case TYPE.utf8:
    case TYPE.largeUtf8:
      return elementOf.string;
    case TYPE.binary:
    case TYPE.largeBinary:
    case TYPE.fixedSizeBinary:
      return elementOf.bytes;
    case TYPE.date:
      return { type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } };
    case TYPE.timestamp:
      return timestamp(type);
    default:
      return null;
  }
}

function integer(bitWidth: number, isSigned: boolean): ElementType | null {
  const type = INTEGERS[`${isSigned ? "" : "U"}INT_${bitWidth}`];
  return type === undefined ? null : { type: bitWidth === 64 ? "INT64" : "INT32", converted_type: type };
}

const INTEGERS: Readonly<Record<string, NonNullable<ElementType["converted_type"]>>> = {
  INT_8: "INT_8",
  INT_16: "INT_16",
  INT_32: "INT_32",
  INT_64: "INT_64",
  UINT_8: "UINT_8",
  UINT_16: "UINT_16",
  UINT_32: "UINT_32",
  UINT_64: "UINT_64",
};

/** A timestamp with a zone is an instant, one without is read as UTC (TIME T1); seconds have no unit in Parquet. */
function timestamp({ unit = 2, timezone }: ArrowType): ElementType {
  const units = ["MILLIS", "MILLIS", "MICROS", "NANOS"] as const;
  const isAdjustedToUTC = timezone != null;
  return {
    type: "INT64",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC, unit: units[unit] ?? "MICROS" },
  };
}

/** Timestamps and dates come from their integers: `get` would make them numbers of milliseconds. */
function readerOf({ typeId, unit }: ArrowType): (vector: ArrowVector) => unknown[] {
  if (typeId === TYPE.timestamp) {
    const factor = unit === 0 ? 1_000n : 1n;
    return (vector) => readRaw(vector, (value) => (value as bigint) * factor);
  }
  if (typeId === TYPE.date && unit === 0) return (vector) => readRaw(vector, (value) => value);
  if (typeId === TYPE.date) return (vector) => readRaw(vector, (value) => Number(value) / MILLIS_PER_DAY);
  return readValues;
}

function readRaw(vector: ArrowVector, convert: (value: unknown) => unknown): unknown[] {
  const values: unknown[] = [];
  for (const data of vector.data) {
    for (let index = 0; index < data.length; index++) {
      values.push(data.getValid(index) ? convert(data.values[index]) : null);
    }
  }
  return values;
}

function readValues(vector: ArrowVector): unknown[] {
  const values: unknown[] = [];
  for (let index = 0; index < vector.length; index++) values.push(vector.get(index) ?? null);
  return values;
}
