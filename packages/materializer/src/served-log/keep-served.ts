import { writeFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import type { KeepServedPayload, ServedColumn } from "@tesela/contract";
import {
  aliased,
  duckdbTypeOf,
  id,
  join,
  parseInstant,
  sql,
  text,
  trusted,
  type EpochMicros,
  type Sql,
  type ValueType,
} from "@tesela/core";
import { servedLogPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import type { TaskOptions } from "../engine/engine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { copySql } from "../retrieval/result.ts";

const MAX_LINE_BYTES = 32n * 1024n * 1024n;

/** Keeps served vectors as one Parquet file; doing it again writes the same file. */
export async function keepServed(
  { engine, offlineStore }: WorkerContext,
  { workspaceId }: Pick<Task, "workspaceId">,
  { service, id: fileId, columns, rows }: KeepServedPayload,
  options: TaskOptions,
): Promise<{ readonly rows: number }> {
  await using scratch = await offlineStore.createScratch();
  const lines = joinPath(scratch.directory, "served.ndjson");
  const file = joinPath(scratch.directory, "served.parquet");
  await writeFile(lines, rows.map((row) => `${JSON.stringify(lineOf(row))}\n`).join(""));
  const statements = [{ sql: copySql(typedSql(columns, lines), file).text }];
  await engine.run({ files: [lines, file], statements }, options);
  const times = rows.map(([at]) => parseInstant(at as string));
  const range = { first: times.reduce(earlier), last: times.reduce(later) };
  const address = { workspaceId: String(workspaceId), service, id: fileId, ...range };
  await offlineStore.put(file, servedLogPath(address), options);
  return { rows: rows.length };
}

function earlier(a: EpochMicros, b: EpochMicros): EpochMicros {
  return a < b ? a : b;
}

function later(a: EpochMicros, b: EpochMicros): EpochMicros {
  return a > b ? a : b;
}

/** Columns by their places, as names of features are no names of JSON that DuckDB keeps apart by case. */
function lineOf(row: KeepServedPayload["rows"][number]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(row.map((value, index) => [`c${index}`, value]));
}

function typedSql(columns: readonly ServedColumn[], lines: string): Sql {
  const given = columns.map(({ type }, index) => {
    return trusted(`c${index}: '${type.endsWith("[]") ? "VARCHAR[]" : "VARCHAR"}'`);
  });
  const typed = columns.map(({ name, type }, index) => aliased(valueSql(id(`c${index}`), type), name));
  return sql`select ${join(typed, ", ")}
from read_json(
  ${text(lines)},
  columns = {${join(given, ", ")}},
  format = 'newline_delimited',
  auto_detect = false,
  compression = 'uncompressed',
  maximum_object_size = ${MAX_LINE_BYTES}
)`;
}

function valueSql(value: Sql, type: ServedColumn["type"]): Sql {
  if (!type.endsWith("[]")) return scalarSql(value, type as ValueType);
  const element = trusted("element");
  return sql`list_transform(${value}, lambda ${element}: ${scalarSql(element, type.slice(0, -2) as ValueType)})`;
}

function scalarSql(value: Sql, type: ValueType): Sql {
  if (type === "bytes") return sql`from_base64(${value})`;
  return sql`cast(${value} as ${trusted(duckdbTypeOf[type])})`;
}
