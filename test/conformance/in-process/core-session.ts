import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

/** A DuckDB in this process and a folder for its files. */
export interface CoreSession extends AsyncDisposable {
  readonly connection: DuckDBConnection;
  /** A path in the session's folder that nobody has used. */
  newPath(): string;
}

/** Starts a session; disposing of it removes its files. */
export async function openCoreSession(): Promise<CoreSession> {
  const directory = await mkdtemp(joinPath(tmpdir(), "tesela-conformance-"));
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  let files = 0;
  return {
    connection,
    newPath: () => joinPath(directory, `${files++}.parquet`),
    [Symbol.asyncDispose]: async () => {
      connection.closeSync();
      instance.closeSync();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
