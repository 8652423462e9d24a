import {
  BIGINT,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBConnection,
  type DuckDBValue,
} from "@duckdb/node-api";

/** A row of the spine as a user has it. */
export type SpineObject = {
  readonly user_id: number;
  readonly ts: Date;
  readonly label: number;
};

const CHUNK_ROWS = 2_048;
const NAMES = ["user_id", "ts", "label", "newest.amount", "newest.product"];

/** Objects through DuckDB with as little between as its API allows. */
export const objectsByHand = {
  /** The rows of a spine file. */
  async rowsOf(path: string): Promise<SpineObject[]> {
    return withConnection(async (connection) => {
      const query = `select user_id, epoch_ms(ts), label from read_parquet('${path}')`;
      return objects(connection, query, ([key, milliseconds, label]) => ({
        user_id: Number(key),
        ts: new Date(Number(milliseconds)),
        label: Number(label),
      }));
    });
  },

  /** The rows with what a join over a spine file gives; instants as text, as the SDK gives them. */
  join(rows: readonly SpineObject[], joinSql: (spine: string) => string, path: string): Promise<object[]> {
    return withConnection(async (connection) => {
      await connection.run("create table given (user_id bigint, ts bigint, label bigint)");
      append(await connection.createAppender("given"), rows);
      await connection.run(`
copy (select user_id, make_timestamp(ts) as ts, label from given) to '${path}' (format parquet)`);
      const query = `
select user_id, strftime(ts, '%Y-%m-%dT%H:%M:%SZ'), label, amount, product
from (${joinSql(path)})`;
      return objects(connection, query, (values) => {
        const row: Record<string, DuckDBValue> = {};
        for (let index = 0; index < NAMES.length; index++) row[NAMES[index]!] = values[index]!;
        return row;
      });
    });
  },
} as const;

function append(
  appender: Awaited<ReturnType<DuckDBConnection["createAppender"]>>,
  rows: readonly SpineObject[],
): void {
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const some = rows.slice(start, start + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create([BIGINT, BIGINT, BIGINT], some.length);
    chunk.setColumns([
      some.map(({ user_id }) => BigInt(user_id)),
      some.map(({ ts }) => BigInt(ts.getTime()) * 1_000n),
      some.map(({ label }) => BigInt(label)),
    ]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function objects<Row>(
  connection: DuckDBConnection,
  query: string,
  rowOf: (values: readonly DuckDBValue[]) => Row,
): Promise<Row[]> {
  const rows: Row[] = [];
  const result = await connection.stream(query);
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const columns = chunk.getColumns();
    for (let index = 0; index < chunk.rowCount; index++)
      rows.push(rowOf(columns.map((column) => column[index]!)));
  }
  return rows;
}

async function withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
