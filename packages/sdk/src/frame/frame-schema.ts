import type { ValueType } from "@tesela/core";
import type { SchemaElement, SchemaTree } from "hyparquet";

/** A column of a frame; `type` is null where the platform has no such value type (lists, structs, times). */
export interface FrameColumn {
  readonly name: string;
  readonly type: ValueType | null;
}

/** The columns of a Parquet file's schema, in order. */
export function frameSchema(schema: SchemaTree): readonly FrameColumn[] {
  return schema.children.map(({ element }) => ({ name: element.name, type: typeOf(element) }));
}

function typeOf(element: SchemaElement): ValueType | null {
  const logical = element.logical_type?.type ?? element.converted_type ?? "";
  if (element.num_children !== undefined || logical.startsWith("TIME_") || logical === "TIME") return null;
  if (logical.startsWith("TIMESTAMP") || logical === "DATE" || element.type === "INT96") return "timestamp";
  if (logical === "DECIMAL" || logical === "FLOAT16") return "float64";
  if (/^(STRING|UTF8|JSON|UUID)$/.test(logical)) return "string";
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
