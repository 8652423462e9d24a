import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { resultCopySql } from "./read.ts";

/** A read to run under a limit of memory, with the statements of a worker. */
export interface LimitedRead {
  readonly joinedSql: string;
  readonly statuses: string;
  /** Where the result goes, and what does not fit in memory. */
  readonly directory: string;
  readonly memory: string;
}

/** What it took. */
export interface LimitedReadResult {
  readonly seconds: number;
  /** The most memory that the process has had. */
  readonly peakBytes: number;
  /** Of every row at its place. */
  readonly checksum: string;
}

async function limitedRead({
  joinedSql,
  statuses,
  directory,
  memory,
}: LimitedRead): Promise<LimitedReadResult> {
  const settings = { threads: "2", memory_limit: memory, temp_directory: join(directory, "spill") };
  const instance = await DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  const result = join(directory, "result.parquet");
  const started = performance.now();
  await connection.run(`create temp table joined as ${joinedSql}`);
  await connection.run(resultCopySql(`select * exclude (${statuses}) from joined`, result));
  const seconds = (performance.now() - started) / 1000;
  const rows = await connection.runAndReadAll(`
select count(*), sum(hash(file_row_number, *columns(* exclude (file_row_number)))::hugeint)
from read_parquet('${result}', file_row_number = true)`);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { seconds, peakBytes, checksum: JSON.stringify(rows.getRowsJson()) };
}

console.log(JSON.stringify(await limitedRead(JSON.parse(process.argv[2]!) as LimitedRead)));
