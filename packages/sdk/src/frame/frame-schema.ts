import type { FeatureType, ValueType } from "@tesela/core";
import type { SchemaElement, SchemaTree } from "hyparquet";

/** A column of a frame; `type` is null where the platform has no such type (structs, maps, times, intervals). */
export interface FrameColumn {
  readonly name: string;
  readonly type: FeatureType | null;
}

/** The columns of a Parquet file's schema, in order. */
export function frameSchema(schema: SchemaTree): readonly FrameColumn[] {
  return schema.children.map((column) => ({ name: column.element.name, type: typeOf(column) }));
}

function typeOf(column: SchemaTree): FeatureType | null {
  const item = itemOf(column);
  if (item === null) return column.children.length > 0 ? null : valueTypeOf(column.element);
  const type = item.children.length > 0 ? null : valueTypeOf(item.element);
  return type === null ? null : `${type}[]`;
}

/** What a list holds; `null` for a column that is none. */
export function itemOf({ element, children }: SchemaTree): SchemaTree | null {
  const [repeated] = children;
  if (logicalOf(element) !== "LIST" || repeated === undefined) return null;
  return repeated.children.length === 1 ? repeated.children[0]! : repeated;
}

/** What an element means, by its newer or its older name; empty where it is what it is stored as. */
export function logicalOf({ logical_type, converted_type }: SchemaElement): string {
  return logical_type?.type ?? converted_type ?? "";
}

/** Whether an element is a text. */
export function isText(element: SchemaElement): boolean {
  return /^(STRING|UTF8|JSON|ENUM)$/.test(logicalOf(element));
}

function valueTypeOf(element: SchemaElement): ValueType | null {
  const logical = logicalOf(element);
  if (/^TIME($|_)/.test(logical) || logical === "INTERVAL") return null;
  if (logical.startsWith("TIMESTAMP") || logical === "DATE" || element.type === "INT96") return "timestamp";
  if (logical === "DECIMAL" || logical === "FLOAT16") return "float64";
  if (isText(element) || logical === "UUID") return "string";
  return element.type === undefined ? null : physicalTypes[element.type];
}

const physicalTypes: Readonly<Record<NonNullable<SchemaElement["type"]>, ValueType>> = {
  BOOLEAN: "bool",
  INT32: "int64",
  INT64: "int64",
  INT96: "timestamp",
  FLOAT: "float64",
  DOUBLE: "float64",
  BYTE_ARRAY: "bytes",
  FIXED_LEN_BYTE_ARRAY: "bytes",
};
