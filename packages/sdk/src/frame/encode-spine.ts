import type { ParquetWriter, Writer } from "hyparquet-writer";
import { compression } from "./compressors.ts";
import { DUCKDB_ROWS, loadDuckdb } from "./duckdb.ts";
import { writeWithDuckdb } from "./duckdb-writer.ts";
import { spineTypes } from "./spine-types.ts";
import { isRows, spineBatches, type ColumnBatch, type SpineBatches } from "./spine-batches.ts";
import type { Spine, SpineHints } from "./spine.ts";

/** A spine as a Parquet file in memory, every value exact. Throws `VALIDATION` as `spineColumns` does. */
export async function encodeSpine(spine: Exclude<Spine, string>, hints: SpineHints): Promise<Uint8Array> {
  const { ByteWriter } = await import("hyparquet-writer");
  const writer = new ByteWriter();
  await writeSpine(writer, await spineBatches(spine, hints));
  // A copy of its own size: what sends it would send the whole buffer behind it.
  return writer.getBytes().slice();
}

/**
 * Writes a spine to a Parquet file in a folder of its own, a row group a batch: no more of it is in memory; many
 * rows with DuckDB where it is installed. Node only.
 */
export async function encodeSpineFile(
  { path, folder }: { readonly path: string; readonly folder: string },
  spine: Exclude<Spine, string>,
  hints: SpineHints,
): Promise<void> {
  const duckdb = isRows(spine) && spine.length >= DUCKDB_ROWS ? await loadDuckdb() : null;
  if (duckdb !== null && isRows(spine))
    return writeWithDuckdb(duckdb, { path, folder }, spine, spineTypes(spine, hints));
  const [{ fileWriter }, batches] = await Promise.all([
    import("hyparquet-writer"),
    spineBatches(spine, hints),
  ]);
  await writeSpine(fileWriter(path), batches);
}

async function writeSpine(writer: Writer, { schema, batches }: SpineBatches): Promise<void> {
  const [{ ParquetWriter }, how] = await Promise.all([import("hyparquet-writer"), compression()]);
  const root = { name: "spine", num_children: schema.length };
  const parquet = new ParquetWriter({ writer, schema: [root, ...schema.flat()], statistics: false, ...how });
  for await (const batch of batches) await writeBatch(parquet, batch);
  await parquet.finish();
}

async function writeBatch(parquet: ParquetWriter, { rowCount, columns }: ColumnBatch): Promise<void> {
  const columnData = columns.map(({ name, values }) => ({ name, data: values as unknown[] }));
  await parquet.write({ columnData, rowGroupSize: rowCount });
}
