import { DuckDBInstance } from "@duckdb/node-api";

/** DuckDB in this process, set as a worker's: two threads, UTC. */
export interface Engine extends Disposable {
  run(sql: string): Promise<void>;
  /** The first row of an answer, as text. */
  first(sql: string): Promise<readonly string[]>;
}

/** Opens it with further settings; disposing closes it. */
export async function openEngine(
  temporaryDirectory: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Engine> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", ...settings });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  await connection.run(`set temp_directory = '${temporaryDirectory}'`);
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async first(sql) {
      const [row] = (await connection.runAndReadAll(sql)).getRows();
      return row!.map(String);
    },
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
