import type { RetrievalPayload, RetrievalResult } from "@tesela/contract";
import { sql, text, type Sql } from "@tesela/core";
import { textOf } from "../cage/ast.ts";
import type { TaskOptions } from "../engine/engine.ts";
import type { Statement, WireValue } from "../engine/protocol.ts";
import type { WorkerContext } from "../worker/worker-context.ts";

/** Row groups are small, so that whoever looks at the first rows decodes no more than a batch. */
export function copySql(query: Sql, path: string): Sql {
  return sql`copy (${query}) to ${text(path)} (format parquet, compression zstd, row_group_size 20480)`;
}

/** A read that is ready to run: its last statements write and count the result. */
export interface ResultQuery {
  readonly statements: readonly Statement[];
  readonly path: string;
  /** Exact local files that the statements read. */
  readonly paths: readonly string[];
}

/** The rows that each statement gave, and the result's columns and number of rows. */
export interface Written {
  readonly results: readonly (readonly (readonly WireValue[])[])[];
  readonly columns: RetrievalResult["columns"];
  readonly rowCount: number;
}

/** Runs the statements of a read in one session and looks at the file that they have written. */
export async function writeResult(
  { engine }: Pick<WorkerContext, "engine">,
  { statements, path, paths }: ResultQuery,
  options: TaskOptions,
): Promise<Written> {
  const looks = [
    { sql: sql`describe select * from read_parquet(${text(path)})`.text, rows: true },
    { sql: sql`select count(*) from read_parquet(${text(path)})`.text, rows: true },
  ];
  const run = { files: [...paths, path], statements: [...statements, ...looks] };
  const { results } = await engine.run(run, options);
  const [columns, count] = results.slice(-2);
  return {
    results: results.slice(0, -2).map((rows) => rows ?? []),
    columns: columns!.map(([name, type]) => ({ name: textOf(name), type: textOf(type) })),
    rowCount: Number(count![0]![0]),
  };
}

/** Puts the result where the payload wants it. */
export async function storeResult(
  { offlineStore }: Pick<WorkerContext, "offlineStore">,
  payload: Pick<RetrievalPayload, "resultPath">,
  path: string,
  options: TaskOptions,
): Promise<number> {
  const { bytes } = await offlineStore.put(path, payload.resultPath, options);
  return bytes;
}
