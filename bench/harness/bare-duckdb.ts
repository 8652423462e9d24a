import { DuckDBInstance } from "@duckdb/node-api";

/** DuckDB with nothing around it, in this process, set as a worker's: two threads, UTC. */
export interface BareDuckDb extends Disposable {
  run(sql: string): Promise<void>;
  /** Throws unless both files hold the same rows in the same order, whatever their columns are called. */
  expectEqualRows(ours: string, theirs: string): Promise<void>;
  /** The same in any order; either may be a pattern of paths. */
  expectSameRows(ours: string, theirs: string): Promise<void>;
}

/** Opens it; disposing closes it. */
export async function openDuckDb(): Promise<BareDuckDb> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  const expectEqual = async (one: string, other: string): Promise<void> => {
    const digests = [one, other].map(async (sql) => (await connection.runAndReadAll(sql)).getRowsJson());
    const [a, b] = (await Promise.all(digests)).map((rows) => JSON.stringify(rows));
    if (a !== b) throw new Error(`the outputs differ: ${a} against ${b}`);
  };
  return {
    async run(sql) {
      await connection.run(sql);
    },
    expectEqualRows: (ours, theirs) => expectEqual(digestSql(ours), digestSql(theirs)),
    expectSameRows: (ours, theirs) => expectEqual(unorderedSql(ours), unorderedSql(theirs)),
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

/** Row count and a sum of row hashes. */
function unorderedSql(path: string): string {
  return `
select count(*), sum(hash(*columns(*))::hugeint)
from read_parquet('${path}', hive_partitioning = false)`;
}
