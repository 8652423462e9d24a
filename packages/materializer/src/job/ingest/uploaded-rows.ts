import { basename } from "node:path";
import {
  aliased,
  CREATED_TIME,
  EVENT_TIME,
  id,
  join,
  pathList,
  sql,
  TeselaError,
  text,
  type CompiledView,
  type DeclaredColumns,
  type Sql,
} from "@tesela/core";
import { spineFormatOf } from "@tesela/offline-store";
import { inspectParquet } from "../../cage/footer.ts";
import type { TaskOptions } from "../../engine/engine.ts";
import { csvRelation } from "../../source/csv-source.ts";
import { ndjsonRelation } from "../../source/ndjson-source.ts";
import { inspectText } from "../../source/text-file.ts";
import { FILE_COLUMN } from "../../source/text-value.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { findColumns, misfits, nullSql, type FoundColumn } from "./uploaded-columns.ts";

/** Rows that wait to be ingested, open until disposal. */
export interface UploadedRows extends AsyncDisposable {
  readonly path: string;
  /** The table's columns as declared, event time and created time also by the platform's names. */
  readonly relation: Sql;
}

/**
 * Opens an upload and checks its columns: Parquet by its own types, CSV and NDJSON by those that the table
 * declares. Throws `VALIDATION` naming the columns that are missing or of a wrong type.
 */
export async function openUploadedRows(
  context: WorkerContext,
  table: CompiledView,
  input: string,
  options: TaskOptions,
): Promise<UploadedRows> {
  await using stack = new AsyncDisposableStack();
  const { localPath: path } = stack.use(await context.offlineStore.open(input, options));
  const isParquet = (spineFormatOf(input) ?? "parquet") === "parquet";
  const typed = isParquet
    ? await parquetSql(context, table, path, options)
    : await textSql(context, table, path, options).catch((error: unknown) => {
        throw errorOfUpload(error, path);
      });
  const opened = stack.move();
  return { path, relation: namedSql(table, typed), [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** What is wrong with a file that was sent up is its sender's to mend, who does not know the name it has here. */
export function errorOfUpload(error: unknown, path: string): unknown {
  if (!(error instanceof TeselaError) || error.code !== "SOURCE_INVALID") return error;
  const message = error.message.replaceAll(`The file "${basename(path)}"`, "The uploaded file");
  const fix = "Correct the file and ingest it again.";
  return new TeselaError("VALIDATION", message, { details: error.details, cause: error, fix });
}

/** Gives event time and created time the names by which the platform knows them. */
function namedSql({ timestampField, createdTimestampField }: CompiledView, typed: Sql): Sql {
  const created = createdTimestampField === null ? [] : [aliased(id(createdTimestampField), CREATED_TIME)];
  return sql`select *, ${join([aliased(id(timestampField), EVENT_TIME), ...created])}
from (${typed})`;
}

async function textSql(
  { engine, spineLimits }: WorkerContext,
  table: CompiledView,
  path: string,
  options: TaskOptions,
): Promise<Sql> {
  const columns: DeclaredColumns = table.columns.map(({ name, type }) => ({ name, type: type! }));
  const files = await inspectText([path], spineLimits);
  return path.endsWith(".csv")
    ? csvRelation(files, columns, spineLimits.maxColumns)
    : ndjsonRelation(engine, files, columns, options);
}

async function parquetSql(
  context: WorkerContext,
  table: CompiledView,
  path: string,
  options: TaskOptions,
): Promise<Sql> {
  const [file] = await inspectParquet(context.engine, [path], context.spineLimits, options);
  const source = sql`from read_parquet(${pathList([path])}, hive_partitioning = false, filename = ${text(FILE_COLUMN)})`;
  const found = findColumns(table, file!.columns);
  const empty = await emptyColumns(context, source, path, found, options);
  const problems = found.flatMap((one) => ("problem" in one && !empty.has(one.name) ? [one.problem] : []));
  if (problems.length > 0) throw misfits(table, problems);
  const columns = found.map((one) =>
    aliased("value" in one ? one.value : nullSql(table, one.name), one.name),
  );
  return sql`select
  ${join(columns)}
${source}`;
}

/** Of the columns that are there with another type those without any value. */
async function emptyColumns(
  { engine }: WorkerContext,
  source: Sql,
  path: string,
  found: readonly FoundColumn[],
  options: TaskOptions,
): Promise<ReadonlySet<string>> {
  const wrong = found.flatMap((one) => ("problem" in one && !one.isMissing ? [one.name] : []));
  if (wrong.length === 0) return new Set();
  const counts = join(wrong.map((name) => sql`count(${id(name)})`));
  const statement = { sql: sql`select ${counts} ${source}`.text, rows: true };
  const { results } = await engine.run({ files: [path], statements: [statement] }, options);
  return new Set(wrong.filter((_, index) => results[0]![0]![index] === 0n));
}
