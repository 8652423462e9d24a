import type { ValueType } from "@tesela/core";
import type { SchemaElement } from "hyparquet";
import { spineColumns } from "./spine-columns.ts";
import type { SpineHints, SpineRow } from "./spine.ts";

type Element = Omit<SchemaElement, "name" | "repetition_type">;

/** How each value type stands in Parquet; timestamps are microseconds without a zone, as DuckDB's TIMESTAMP. */
const elements: Readonly<Record<ValueType, Element>> = {
  int64: { type: "INT64" },
  float64: { type: "DOUBLE" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  bool: { type: "BOOLEAN" },
  timestamp: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } },
  bytes: { type: "BYTE_ARRAY" },
};

const ROW_GROUP_ROWS = 100_000;

/** Rows as a Parquet file, every value exact. Throws `VALIDATION` as `spineColumns` does. */
export async function encodeSpine(rows: readonly SpineRow[], hints: SpineHints): Promise<Uint8Array> {
  const columns = spineColumns(rows, hints);
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const schema: SchemaElement[] = [
    { name: "spine", num_children: columns.length },
    ...columns.map(({ name, type }) => ({ name, repetition_type: "OPTIONAL" as const, ...elements[type] })),
  ];
  const columnData = columns.map(({ name, values }) => ({ name, data: [...values] }));
  return new Uint8Array(
    parquetWriteBuffer({ columnData, schema, statistics: false, rowGroupSize: ROW_GROUP_ROWS }),
  );
}
