import { TeselaError } from "@tesela/core";
import type { Table } from "apache-arrow";
import { DUCKDB_ROWS, loadDuckdb } from "./duckdb.ts";
import { readWithDuckdb } from "./duckdb-reader.ts";
import { arrowOf } from "./frame-arrow.ts";
import type { FrameFile } from "./frame-file.ts";
import { readBatches, readRows } from "./frame-reader.ts";
import type { FrameColumn } from "./frame-schema.ts";
import { openSource, type FrameSource } from "./frame-source.ts";
import type { FrameRow } from "./frame-value.ts";
import { formatTable } from "./table.ts";

const PREVIEW_ROWS = 10;

/** `null` where DuckDB is not installed, or cannot read what is there. */
async function rowsWithDuckdb(path: string, source: FrameSource): Promise<FrameRow[] | null> {
  const duckdb = await loadDuckdb();
  if (duckdb === null) return null;
  return readWithDuckdb(duckdb, { path, folder: `${path}.spill` }, source).catch(() => null);
}

/** Of one view: spine rows that matched, those that did not, and the latter by reason. */
export interface MatchStatistics {
  readonly matched: number;
  readonly null: number;
  readonly reasons: Readonly<Partial<Record<string, number>>>;
}

/** What is known of a frame besides its file. */
export interface FrameFacts {
  /** Names of the columns of count features, which are numbers. */
  readonly counts: ReadonlySet<string>;
  readonly statistics: Readonly<Record<string, MatchStatistics>>;
}

/**
 * The result of a historical read: the spine's columns, then a column `view.feature` for each feature. It is
 * backed by a Parquet file, which disposing the frame removes (`await using`).
 */
export class FeatureFrame {
  readonly schema: readonly FrameColumn[];
  readonly rowCount: number;
  /** How many rows matched in each view, by the name of its features. */
  readonly statistics: FrameFacts["statistics"];
  readonly #source: FrameSource;
  readonly #file: FrameFile;
  readonly #preview: readonly FrameRow[];

  private constructor(
    file: FrameFile,
    source: FrameSource,
    preview: readonly FrameRow[],
    statistics: FrameFacts["statistics"],
  ) {
    this.schema = source.schema;
    this.rowCount = Number(source.metadata.num_rows);
    this.statistics = statistics;
    this.#source = source;
    this.#file = file;
    this.#preview = preview;
  }

  /** Opens a Parquet file. */
  static async open(file: FrameFile, { counts, statistics }: FrameFacts): Promise<FeatureFrame> {
    const source = await openSource(file.bytes, counts);
    const preview = await readRows(source, 0, Math.min(PREVIEW_ROWS, Number(source.metadata.num_rows)));
    return new FeatureFrame(file, source, preview, statistics);
  }

  /** Every row, in the spine's order; many rows with DuckDB where it is installed. */
  async toRows(): Promise<FrameRow[]> {
    if (this.rowCount >= DUCKDB_ROWS && this.#file.path !== null) {
      const rows = await rowsWithDuckdb(this.#file.path, this.#source);
      if (rows !== null) return rows;
    }
    const rows: FrameRow[] = [];
    for await (const batch of this) for (const row of batch) rows.push(row);
    return rows;
  }

  /** The frame as a table of `apache-arrow`, which has to be installed. */
  async toArrow(): Promise<Table> {
    return arrowOf(this.#source);
  }

  /** Writes the frame to a Parquet file: a copy, byte for byte. Node only. */
  async toParquet(path: string): Promise<void> {
    await this.#file.copyTo(path);
  }

  /** Rows in order in batches of `size` rows; a large frame is never whole in memory. */
  batches({ size }: { readonly size: number }): AsyncGenerator<readonly FrameRow[], void, undefined> {
    if (Number.isSafeInteger(size) && size > 0) return readBatches(this.#source, size);
    throw new TeselaError("VALIDATION", `A batch of ${size} rows cannot be read.`, {
      fix: "Give a positive integer as the size.",
    });
  }

  /** Rows in order, a batch for each row group of the file (some 20,000 rows). */
  [Symbol.asyncIterator](): AsyncGenerator<readonly FrameRow[], void, undefined> {
    return readBatches(this.#source, undefined);
  }

  /** The first rows as an aligned table. */
  async toTable(limit: number = PREVIEW_ROWS): Promise<string> {
    const rows = await readRows(this.#source, 0, Math.min(limit, this.rowCount));
    return formatTable(this.schema, rows, this.rowCount);
  }

  /** The first ten rows as an aligned table. */
  toString(): string {
    return formatTable(this.schema, this.#preview, this.rowCount);
  }

  /** How `console.log` shows a frame in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** Removes the file behind the frame; doing it again does nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.remove();
  }
}
