import type { FrameFile } from "./frame-file.ts";
import { openSource, readRows, type FrameRow, type FrameSource } from "./frame-reader.ts";
import type { FrameColumn } from "./frame-schema.ts";
import { formatTable } from "./table.ts";

const PREVIEW_ROWS = 10;

/**
 * The result of a historical read: the spine's columns, then a column `view.feature` for each feature. It is
 * backed by a Parquet file, which disposing the frame removes (`await using`).
 */
export class FeatureFrame {
  readonly schema: readonly FrameColumn[];
  readonly rowCount: number;
  readonly #source: FrameSource;
  readonly #file: FrameFile;
  readonly #preview: readonly FrameRow[];

  private constructor(file: FrameFile, source: FrameSource, preview: readonly FrameRow[]) {
    this.schema = source.schema;
    this.rowCount = Number(source.metadata.num_rows);
    this.#source = source;
    this.#file = file;
    this.#preview = preview;
  }

  /** Opens a Parquet file; `counts` names the columns of count features. */
  static async open(file: FrameFile, counts: ReadonlySet<string>): Promise<FeatureFrame> {
    const source = await openSource(file.bytes, counts);
    const preview = await readRows(source, 0, Math.min(PREVIEW_ROWS, Number(source.metadata.num_rows)));
    return new FeatureFrame(file, source, preview);
  }

  /** Every row, in the spine's order. */
  async toRows(): Promise<FrameRow[]> {
    return readRows(this.#source, 0, this.rowCount);
  }

  /** Writes the frame to a Parquet file: a copy, byte for byte. Node only. */
  async toParquet(path: string): Promise<void> {
    await this.#file.copyTo(path);
  }

  /** Batches of rows in order, one for each row group of the file: a large frame is never whole in memory. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly FrameRow[], void, undefined> {
    let start = 0;
    for (const group of this.#source.metadata.row_groups) {
      const end = start + Number(group.num_rows);
      if (end > start) yield await readRows(this.#source, start, end);
      start = end;
    }
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
