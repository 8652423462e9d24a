import type { ValueType } from "@tesela/core";
import type { SchemaElement } from "hyparquet";

/** A type as a Parquet file spells it, without the name of its column. */
export type ElementType = Omit<SchemaElement, "name" | "repetition_type">;

/** How each value type stands in Parquet; timestamps are microseconds without a zone, as DuckDB's TIMESTAMP. */
export const elementOf: Readonly<Record<ValueType, ElementType>> = {
  int64: { type: "INT64" },
  float64: { type: "DOUBLE" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  bool: { type: "BOOLEAN" },
  timestamp: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } },
  bytes: { type: "BYTE_ARRAY" },
};

/** A column of single values, or of lists of them, as elements of a schema. */
export function columnElements(name: string, type: ElementType, isList: boolean): readonly SchemaElement[] {
  if (!isList) return [{ name, repetition_type: "OPTIONAL", ...type }];
  return [
    {
      name,
      repetition_type: "OPTIONAL",
      num_children: 1,
      converted_type: "LIST",
      logical_type: { type: "LIST" },
    },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "OPTIONAL", ...type },
  ];
}
