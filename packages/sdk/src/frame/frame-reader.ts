import type { AsyncBuffer, FileMetaData, ParquetParsers } from "hyparquet";
import { frameSchema, type FrameColumn } from "./frame-schema.ts";
import { instantText, nanosText } from "./instant-text.ts";

/** A value of a frame; columns without a value type may hold lists and objects of values. */
export type FrameValue =
  | bigint
  | number
  | string
  | boolean
  | Uint8Array
  | null
  | readonly FrameValue[]
  | { readonly [field: string]: FrameValue };

/** A row of a frame by column name. */
export type FrameRow = Readonly<Record<string, FrameValue>>;

/** What is needed to read rows of a Parquet file. */
export interface FrameSource {
  readonly bytes: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly schema: readonly FrameColumn[];
  /** Names of columns that hold counts, which are numbers; every other int64 is a bigint. */
  readonly counts: ReadonlySet<string>;
}

/** A leading byte order mark is part of the text. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Instants go from their integers to text and never through a `Date`, which has milliseconds only. */
const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => instantText(millis * 1_000n),
  timestampFromMicroseconds: instantText,
  timestampFromNanoseconds: nanosText,
  dateFromDays: (days) => instantText(BigInt(days) * 86_400_000_000n),
  stringFromBytes: (bytes) => decoder.decode(bytes),
  jsonFromBytes: (bytes) => decoder.decode(bytes),
};

/** Reads the footer of a Parquet file; `counts` names the columns of count features. */
export async function openSource(bytes: AsyncBuffer, counts: ReadonlySet<string>): Promise<FrameSource> {
  const { parquetMetadataAsync, parquetSchema } = await import("hyparquet");
  const metadata = await parquetMetadataAsync(bytes, { geoparquet: false });
  return { bytes, metadata, schema: frameSchema(parquetSchema(metadata)), counts };
}

/** The rows `[start, end)` of a file. */
export async function readRows(source: FrameSource, start: number, end: number): Promise<FrameRow[]> {
  if (start >= end) return [];
  const [{ parquetReadObjects }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const { bytes: file, metadata } = source;
  const options = { file, metadata, compressors, parsers, utf8: false, geoparquet: false };
  const rows = await parquetReadObjects({ ...options, rowStart: start, rowEnd: end });
  return rows.map((row) => readRow(source, row as Readonly<Record<string, unknown>>));
}

function readRow({ schema, counts }: FrameSource, row: Readonly<Record<string, unknown>>): FrameRow {
  return Object.fromEntries(
    schema.map((column) => [column.name, readValue(column, row[column.name], counts)]),
  );
}

function readValue(column: FrameColumn, value: unknown, counts: ReadonlySet<string>): FrameValue {
  if (value === null || value === undefined) return null;
  if (column.type !== "int64") return value as FrameValue;
  return counts.has(column.name) ? Number(value) : BigInt(value as bigint | number);
}
