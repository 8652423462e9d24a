import { TeselaError } from "@tesela/core";
import type * as Arrow from "apache-arrow";
import type { SchemaTree } from "hyparquet";
import { isText, itemOf, logicalOf } from "./frame-schema.ts";
import { readStored, type FrameSource } from "./frame-source.ts";
import { floorToMicros } from "./instant-text.ts";
import { readerOf } from "./value-reader.ts";

type Library = typeof Arrow;

/**
 * A file as a table of `apache-arrow`, a batch for each row group: integers Int64, instants and dates
 * TimestampMicrosecond in UTC, everything without a twin the text of its JSON.
 */
export async function arrowOf(source: FrameSource): Promise<Arrow.Table> {
  const arrow = await loadArrow();
  const columns = source.columns.map((column) => arrowColumn(arrow, column));
  const fields = columns.map(({ type }, index) => new arrow.Field(source.schema[index]!.name, type, true));
  const schema = new arrow.Schema(fields);
  const batches: Arrow.RecordBatch[] = [];
  let start = 0;
  for (const group of source.metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const stored = await readStored(source, start, end);
    const children = columns.map((column, index) => column.dataOf(stored[index]!));
    const struct = new arrow.Struct(fields);
    batches.push(
      new arrow.RecordBatch(schema, arrow.makeData({ type: struct, length: end - start, children })),
    );
    start = end;
  }
  return new arrow.Table(schema, batches);
}

async function loadArrow(): Promise<Library> {
  try {
    return await import("apache-arrow");
  } catch (cause) {
    throw new TeselaError(
      "MISCONFIGURED",
      "Arrow tables need the package apache-arrow, which is not installed.",
      {
        fix: "Run `npm install apache-arrow`.",
        cause,
      },
    );
  }
}

interface ArrowColumn {
  readonly type: Arrow.DataType;
  dataOf(stored: readonly unknown[]): Arrow.Data;
}

function arrowColumn(arrow: Library, column: SchemaTree): ArrowColumn {
  const item = itemOf(column);
  if (item !== null && item.children.length === 0) return listColumn(arrow, leafColumn(arrow, item));
  return column.children.length === 0 ? leafColumn(arrow, column) : jsonColumn(arrow, column);
}

function leafColumn(arrow: Library, column: SchemaTree): ArrowColumn {
  const { element } = column;
  const logical = logicalOf(element);
  if (isText(element)) return built(arrow, new arrow.Utf8(), (value) => value);
  if (logical.startsWith("TIMESTAMP") || logical === "DATE" || element.type === "INT96")
    return instants(arrow, column);
  if (logical === "UUID" || logical.startsWith("TIME"))
    return built(arrow, new arrow.Utf8(), reading(column));
  if (logical === "INTERVAL") return jsonColumn(arrow, column);
  if (element.type === "BOOLEAN") return built(arrow, new arrow.Bool(), (value) => value);
  if (element.type === "FLOAT" || element.type === "DOUBLE" || logical === "DECIMAL") {
    const read = reading(column);
    return fixed(arrow, new arrow.Float64(), Float64Array, (value) => read(value) as number);
  }
  if (element.type === "INT32" || element.type === "INT64") {
    const read = reading(column);
    return fixed(arrow, new arrow.Int64(), BigInt64Array, (value) =>
      BigInt.asIntN(64, read(value) as bigint),
    );
  }
  return built(arrow, new arrow.Binary(), (value) => value);
}

/** Instants from their integers, exact. */
function instants(arrow: Library, { element }: SchemaTree): ArrowColumn {
  const type = new arrow.TimestampMicrosecond("UTC");
  const { logical_type: logical } = element;
  const unit = logical !== undefined && "unit" in logical ? logical.unit : null;
  return fixed(arrow, type, BigInt64Array, (value) => {
    if (logicalOf(element) === "DATE") return BigInt(value as number) * 86_400_000_000n;
    if (unit === "NANOS" || element.type === "INT96") return floorToMicros(value as bigint);
    return unit === "MILLIS" || element.converted_type === "TIMESTAMP_MILLIS"
      ? (value as bigint) * 1_000n
      : (value as bigint);
  });
}

function jsonColumn(arrow: Library, column: SchemaTree): ArrowColumn {
  const read = reading(column);
  return built(arrow, new arrow.Utf8(), (value) =>
    JSON.stringify(read(value), (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part)),
  );
}

function reading(column: SchemaTree): (stored: unknown) => unknown {
  const read = readerOf(column);
  return (stored) => (read === null ? stored : read(stored as never));
}

/** Values of a fixed width, written straight into their buffer. */
function fixed<T extends BigInt64Array | Float64Array>(
  arrow: Library,
  type: Arrow.DataType,
  Values: new (length: number) => T,
  convert: (stored: unknown) => T[number],
): ArrowColumn {
  const dataOf = (stored: readonly unknown[]): Arrow.Data => {
    const data = new Values(stored.length);
    const nullBitmap = new Uint8Array(Math.ceil(stored.length / 8));
    let nullCount = 0;
    for (const [row, value] of stored.entries()) {
      if (value === null || value === undefined) nullCount++;
      else {
        data[row] = convert(value) as never;
        nullBitmap[row >> 3]! |= 1 << (row & 7);
      }
    }
    return arrow.makeData({ type, length: stored.length, nullCount, nullBitmap, data } as never);
  };
  return { type, dataOf };
}

/** Values whose buffers Arrow's own builder makes. */
function built(arrow: Library, type: Arrow.DataType, convert: (stored: unknown) => unknown): ArrowColumn {
  const dataOf = (stored: readonly unknown[]): Arrow.Data => {
    const values = stored.map((value) => (value === null || value === undefined ? null : convert(value)));
    const builder = arrow.makeBuilder({ type, nullValues: [null] });
    for (const value of values) builder.append(value);
    return builder.finish().flush() as Arrow.Data;
  };
  return { type, dataOf };
}

function listColumn(arrow: Library, item: ArrowColumn): ArrowColumn {
  const type = new arrow.List(new arrow.Field("item", item.type, true));
  const dataOf = (stored: readonly unknown[]): Arrow.Data => {
    const valueOffsets = new Int32Array(stored.length + 1);
    const nullBitmap = new Uint8Array(Math.ceil(stored.length / 8));
    const items: unknown[] = [];
    let nullCount = 0;
    for (const [row, list] of stored.entries()) {
      if (list === null || list === undefined) nullCount++;
      else {
        items.push(...(list as readonly unknown[]));
        nullBitmap[row >> 3]! |= 1 << (row & 7);
      }
      valueOffsets[row + 1] = items.length;
    }
    const child = item.dataOf(items);
    return arrow.makeData({
      type,
      length: stored.length,
      nullCount,
      nullBitmap,
      valueOffsets,
      child,
    } as never);
  };
  return { type, dataOf };
}
