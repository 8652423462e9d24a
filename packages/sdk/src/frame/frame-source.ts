import type { AsyncBuffer, FileMetaData, ParquetParsers, SchemaElement, SchemaTree } from "hyparquet";
import { decompressors } from "./compressors.ts";
import { frameSchema, isText, type FrameColumn } from "./frame-schema.ts";

/** What is needed to read a Parquet file. */
export interface FrameSource {
  readonly bytes: AsyncBuffer;
  /** Every leaf as it is stored, but for texts. */
  readonly metadata: FileMetaData;
  readonly schema: readonly FrameColumn[];
  /** The columns as the file declares them. */
  readonly columns: readonly SchemaTree[];
  /** Names of columns that hold counts, which are numbers; every other int64 is a bigint. */
  readonly counts: ReadonlySet<string>;
}

/** Reads the footer of a Parquet file; `counts` names the columns of count features. */
export async function openSource(bytes: AsyncBuffer, counts: ReadonlySet<string>): Promise<FrameSource> {
  const { parquetMetadataAsync, parquetSchema } = await import("hyparquet");
  const metadata = await parquetMetadataAsync(bytes, { geoparquet: false });
  const tree = parquetSchema(metadata);
  const stored = { ...metadata, schema: metadata.schema.map(asStored) };
  return { bytes, metadata: stored, schema: frameSchema(tree), columns: tree.children, counts };
}

/** Values are converted here and not by the reader, which would go through `Date` and lose digits. */
function asStored(element: SchemaElement): SchemaElement {
  if (element.num_children !== undefined || element.logical_type?.type === "FLOAT16") return element;
  const { converted_type: _converted, logical_type: _logical, ...stored } = element;
  return isText(element) ? { ...stored, converted_type: "UTF8", logical_type: { type: "STRING" } } : stored;
}

/** A leading byte order mark is part of the text. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const parsers: Partial<ParquetParsers> = {
  timestampFromNanoseconds: (nanos) => nanos,
  stringFromBytes: (bytes) => decoder.decode(bytes),
};

/** The stored values of every column in the rows `[start, end)`; what is absent is null or undefined. */
export async function readStored(
  source: FrameSource,
  start: number,
  end: number,
): Promise<readonly unknown[][]> {
  const [{ parquetRead }, compressors] = await Promise.all([import("hyparquet"), decompressors()]);
  const places = new Map(source.columns.map(({ element }, index) => [element.name, index]));
  const columns = source.columns.map(() => empty(end - start));
  const { bytes: file, metadata } = source;
  await parquetRead({
    file,
    metadata,
    compressors,
    parsers,
    utf8: false,
    geoparquet: false,
    rowStart: start,
    rowEnd: end,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = columns[places.get(columnName)!]!;
      const first = Math.max(0, start - rowStart);
      const last = Math.min(columnData.length, end - rowStart);
      for (let row = first; row < last; row++) column[rowStart + row - start] = columnData[row];
    },
  });
  return columns;
}

function empty(length: number): unknown[] {
  const values: unknown[] = [];
  values.length = length;
  return values;
}
