import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { RunRequest, RunResult, TaskLimits, WireValue } from "./protocol.ts";
import { openSession } from "./session.ts";
import type { Database } from "./spare-databases.ts";
import { toWireValue } from "./wire-value.ts";

/** The most rows one statement may hand back through the message channel. */
export const maxReturnedRows = 100_000;

/** A statement asked for more rows than may be returned. */
export class TooManyRows extends Error {}

/** The statement, counted from zero, that failed, and DuckDB's error. */
export class StatementFailed extends Error {
  readonly statement: number;

  constructor(statement: number, cause: unknown) {
    super(`statement ${statement} failed`, { cause });
    this.statement = statement;
  }
}

/**
 * Runs trusted statements in order on one connection of a fresh, caged DuckDB. `signal` is looked at between
 * statements and between chunks of rows; `onConnection` gives the connection to whoever interrupts it.
 */
export async function runTask(
  request: RunRequest,
  limits: TaskLimits,
  onConnection: (connection: DuckDBConnection) => void,
  signal: AbortSignal,
  database: Promise<Database>,
): Promise<RunResult> {
  const { files, preserveInsertionOrder = true } = request;
  const disabledOptimizers = slowOptimizers(request);
  const options = { ...limits, files, preserveInsertionOrder, disabledOptimizers };
  using session = await openSession(options, database);
  onConnection(session.connection);
  const started = performance.now();
  const results = [];
  for (const [index, { sql, rows = false }] of request.statements.entries()) {
    signal.throwIfAborted();
    const execution = rows ? readRows(session.connection, sql, signal) : execute(session.connection, sql);
    results.push(await execution.catch((error: unknown) => rethrow(error, index)));
  }
  return { results, stats: { elapsedMs: performance.now() - started } };
}

/** From so many unions on, the time that an optimizer takes for their square counts. */
const MANY_UNIONS = 64;

function slowOptimizers({ statements }: RunRequest): readonly string[] {
  const hasMany = statements.some(({ sql }) => sql.split("union all").length > MANY_UNIONS);
  return hasMany ? ["compressed_materialization"] : [];
}

function rethrow(error: unknown, statement: number): never {
  if (error instanceof TooManyRows) throw error;
  throw new StatementFailed(statement, error);
}

async function execute(connection: DuckDBConnection, sql: string): Promise<null> {
  await connection.run(sql);
  return null;
}

async function readRows(
  connection: DuckDBConnection,
  sql: string,
  signal: AbortSignal,
): Promise<WireValue[][]> {
  const result = await connection.stream(sql);
  const rows: WireValue[][] = [];
  for await (const chunk of result.yieldRows()) {
    signal.throwIfAborted();
    if (rows.length + chunk.length > maxReturnedRows)
      throw new TooManyRows(`A statement returned more than ${maxReturnedRows} rows.`);
    rows.push(...chunk.map(toWireRow));
  }
  return rows;
}

function toWireRow(row: readonly DuckDBValue[]): WireValue[] {
  return row.map(toWireValue);
}
