import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll } from "vitest";
import { FeatureFrame } from "../feature-frame.ts";
import { fileOnDisk } from "../frame-file.ts";

/** A DuckDB and a folder for the tests of a file. */
export interface DuckdbFrames {
  readonly folder: string;
  readonly connection: DuckDBConnection;
  /** The frame of what a query gives, as a worker writes it. */
  frameOf(query: string, counts?: readonly string[], options?: string): Promise<FeatureFrame>;
}

/** Made before the tests of a file, taken away after them. */
export function duckdbFrames(): { readonly current: DuckdbFrames } {
  const holder = {} as { current: DuckdbFrames };
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "sdk-frame-"));
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const frameOf: DuckdbFrames["frameOf"] = async (query, counts = [], options = "") => {
      const own = await mkdtemp(join(folder, "frame-"));
      const path = join(own, "result.parquet");
      await connection.run(`copy (${query}) to '${path}' (format parquet, compression zstd ${options})`);
      const file = await fileOnDisk(path, () => rm(own, { recursive: true, force: true }));
      return FeatureFrame.open(file, { counts: new Set(counts), statistics: {} });
    };
    holder.current = { folder, connection, frameOf };
  });
  afterAll(async () => {
    holder.current.connection.closeSync();
    await rm(holder.current.folder, { recursive: true });
  });
  return holder;
}
