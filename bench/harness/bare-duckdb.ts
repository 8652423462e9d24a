import { DuckDBInstance } from "@duckdb/node-api";

/** DuckDB with nothing around it, in this process, set as a worker's: two threads, UTC. */
export interface BareDuckDb extends Disposable {
  run(sql: string): Promise<void>;
  /** Throws unless both files hold the same rows in the same order, whatever their columns are called. */
  expectEqualRows(ours: string, theirs: string): Promise<void>;
}

/** Opens it; disposing closes it. */
export async function openDuckDb(): Promise<BareDuckDb> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async expectEqualRows(ours, theirs) {
      const digest = async (path: string): Promise<string> => {
        const result = await connection.runAndReadAll(digestSql(path));
        return JSON.stringify(result.getRowsJson());
      };
      const [a, b] = [await digest(ours), await digest(theirs)];
      if (a !== b) throw new Error(`the outputs differ: ${a} against ${b}`);
    },
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Row count and a sum of row hashes that depends on each row's place. */
function digestSql(path: string): string {
  return `
select count(*), sum(hash(file_row_number, *columns(* exclude (file_row_number)))::hugeint)
from read_parquet('${path}', file_row_number = true)`;
}
