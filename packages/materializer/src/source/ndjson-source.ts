import {
  aliased,
  id,
  join,
  pathList,
  sql,
  text,
  trusted,
  type DeclaredColumns,
  type Sql,
  type ValueType,
} from "@tesela/core";
import { BoundedCache } from "../engine/bounded-cache.ts";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import { missingColumn, type TextFile } from "./text-file.ts";
import { FILE_COLUMN, misfit, textValueSql } from "./text-value.ts";

/** The kinds of JSON values that a declared type is written as; int64 beyond 2^53 may be a text. */
const WRITTEN_AS: Readonly<Record<ValueType, readonly string[]>> = {
  string: ["VARCHAR"],
  int64: ["BIGINT", "UBIGINT", "VARCHAR"],
  float64: ["BIGINT", "UBIGINT", "DOUBLE", "VARCHAR"],
  bool: ["BOOLEAN"],
  timestamp: ["VARCHAR"],
  bytes: [],
};

/**
 * Reads NDJSON files: keys that are not declared are ignored, and a line that lacks a declared one has a null
 * there. Throws `SOURCE_INVALID` naming a file and a declared column that none of its lines has.
 */
export async function ndjsonRelation(
  engine: Engine,
  files: readonly TextFile[],
  columns: DeclaredColumns,
  options: TaskOptions,
): Promise<Sql> {
  for (const file of files) await refuseMissing(engine, file, columns, options);
  const struct = columns.map(({ name }) => `${text(name).text}: 'JSON'`).join(", ");
  const values = columns.map(({ name, type }) => aliased(valueSql(id(name), name, type), name));
  return sql`select
  ${join(values, ",\n  ")}
from read_json(
  ${pathList(files.map(({ path }) => path))},
  columns = {${trusted(struct)}},
  format = 'newline_delimited',
  auto_detect = false,
  compression = 'uncompressed',
  hive_partitioning = false,
  filename = ${text(FILE_COLUMN)}
)`;
}

function valueSql(json: Sql, name: string, type: ValueType): Sql {
  const kinds = join(WRITTEN_AS[type].map(text), ", ");
  const value = sql`${json}->>'$'`;
  return sql`case
    when ${json} is null or json_type(${json}) = 'NULL' then null
    when json_type(${json}) in (${kinds}) then ${textValueSql(sql`(${value})`, name, type)}
    else ${misfit(sql`cast(${json} as varchar)`, name, type)}
  end`;
}

/** Which declared columns the lines of files have, by the identity of the files: one look at each is enough. */
const looks = new WeakMap<Engine, BoundedCache<readonly string[]>>();
const KEPT_LOOKS = 10_000;

async function refuseMissing(
  engine: Engine,
  file: TextFile,
  columns: DeclaredColumns,
  options: TaskOptions,
): Promise<void> {
  const known = looks.get(engine) ?? new BoundedCache<readonly string[]>(KEPT_LOOKS);
  looks.set(engine, known);
  const names = columns.map(({ name }) => name);
  const key = JSON.stringify([file.identity, names]);
  const lacking = known.get(key) ?? (await lookFor(engine, file, names, options));
  known.set(key, lacking);
  if (lacking[0] !== undefined) throw missingColumn(file.path, lacking[0], null);
}

/** The names that stand in no line of a file; none of an empty file. */
async function lookFor(
  engine: Engine,
  { path }: TextFile,
  names: readonly string[],
  options: TaskOptions,
): Promise<readonly string[]> {
  const lacks = names.map((name) => sql`not bool_or(json_exists(json, ${text(pointer(name))}))`);
  const look = sql`select ${join(lacks, ", ")}
from read_ndjson_objects(${pathList([path])}, compression = 'uncompressed', hive_partitioning = false)`;
  const { results } = await engine.run(
    { files: [path], statements: [{ sql: look.text, rows: true }] },
    options,
  );
  const [row = []] = results[0] ?? [];
  return names.filter((_, index) => row[index] === true);
}

/** RFC 6901. */
function pointer(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
