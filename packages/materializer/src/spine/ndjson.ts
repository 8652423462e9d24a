import { aliased, id, join, sql, TeselaError, text, trusted, type Sql } from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import { rowsOf } from "./bad-value.ts";
import { instantSql, keySql, type CellSql } from "./cell-sql.ts";
import { checkNames } from "./csv-header.ts";
import type { SpineHints, TextColumn, TextTable } from "./open-spine.ts";

const LINES = trusted(
  "format = 'newline_delimited', compression = 'uncompressed', hive_partitioning = false",
);
const OBJECT_LINES = trusted("format = 'newline_delimited', compression = 'uncompressed'");

/** An NDJSON file with its columns typed: one object a line, columns in the order of their first appearance. */
export async function openNdjson(
  engine: Engine,
  path: string,
  hints: SpineHints,
  options: TaskOptions,
): Promise<TextTable> {
  const names = await namesOf(engine, path, options);
  if (names.length === 0) return emptyTable(hints);
  checkNames(names);
  const relation = jsonRelation(path, names);
  const unknown = names.filter((name) => cellOf(name, hints) === "unknown");
  const types = await scannedTypes(engine, path, relation, unknown, options);
  const columns = names.map((name) => {
    const cell = cellOf(name, hints);
    return cell === "unknown" ? scanned(name, types.get(name) ?? "text") : hinted(name, cell);
  });
  return { relation, columns, headerLines: 0 };
}

function jsonRelation(path: string, names: readonly string[]): Sql {
  const columns = names.map((name) => sql`${text(name)}: 'JSON'`);
  return sql`read_json(${text(path)}, ${LINES}, auto_detect = false, records = true, columns = {${join(columns, ", ")}})`;
}

/** Lines of the same keys are one row here, so that few rows come back however long the file is. */
async function namesOf(engine: Engine, path: string, options: TaskOptions): Promise<readonly string[]> {
  const query = sql`select
  json_type(json) = 'OBJECT' as is_object,
  case when is_object then json_keys(json) else [] end as names,
  min(line) as first_line
from (
  select json, row_number() over () as line
  from read_json_objects(${text(path)}, ${OBJECT_LINES})
)
group by all
order by first_line`;
  const names = new Set<string>();
  for (const [isObject, keys, line] of await rowsOf(engine, query, path, options)) {
    if (isObject !== true) throw badLine(line, "it is no object");
    const list = keys as readonly string[];
    const twice = list.find((key, index) => list.indexOf(key) !== index);
    if (twice !== undefined) throw badLine(line, `the key ${JSON.stringify(twice)} stands twice`);
    list.forEach((key) => names.add(key));
  }
  return [...names];
}

function badLine(line: unknown, reason: string): TeselaError {
  return new TeselaError("VALIDATION", `Line ${String(line)} of the table is bad: ${reason}.`, {
    fix: "Write one JSON object a line.",
    details: { line: Number(line) },
  });
}

/** TIME T10: a table without rows still has its join keys and its instants. */
function emptyTable({ keys, timestampKey }: SpineHints): TextTable {
  const types = { int64: "bigint", string: "varchar", bytes: "blob" } as const;
  const columns = keys.map(({ name, type }) => ({
    name,
    value: trusted(`null::${types[type]}`),
    check: null,
  }));
  const instant = { name: timestampKey ?? "timestamp", value: trusted("null::timestamp"), check: null };
  return { relation: trusted("(select 1 where false)"), columns: [...columns, instant], headerLines: 0 };
}

/** How the hints say to read a column; `unknown` where they do not say. */
function cellOf(name: string, { keys, timestampKey }: SpineHints): CellSql | "unknown" {
  const { type, string } = jsonOf(name);
  const isText = sql`${type} = 'VARCHAR'`;
  if (name === timestampKey) return requiring(isText, instantSql(string), type);
  const key = keys.find((one) => one.name === name);
  if (key === undefined) return "unknown";
  const cell = keySql(string, key.type);
  if (cell === null)
    return { value: string, isBad: sql`${type} is not null and not ${isText}`, expected: "a string" };
  return requiring(
    key.type === "int64" ? sql`${type} in ('UBIGINT', 'BIGINT', 'VARCHAR')` : isText,
    cell,
    type,
  );
}

function requiring(isFitting: Sql, cell: CellSql, type: Sql): CellSql {
  return { ...cell, isBad: sql`(${type} is not null and not ${isFitting}) or (${cell.isBad})` };
}

/** JSON's null is no value. */
function jsonOf(name: string): { readonly type: Sql; readonly string: Sql } {
  return { type: sql`nullif(json_type(${id(name)}), 'NULL')`, string: sql`(${id(name)} ->> '$')` };
}

function hinted(name: string, { value, isBad, expected }: CellSql): TextColumn {
  return { name, value, check: { isBad, raw: sql`cast(${id(name)} as varchar)`, expected } };
}

type ScannedType = (typeof TYPES)[number] | "json";
/** A HUGEINT would become a DOUBLE in Parquet; the cast to DECIMAL is slow, so it is done only where it is needed. */
const TYPES = ["text", "boolean", "bigint", "decimal(38, 0)", "double"] as const;

function scanned(name: string, type: ScannedType): TextColumn {
  const { string } = jsonOf(name);
  if (type === "text") return { name, value: string, check: null };
  const value = type === "json" ? id(name) : sql`cast(${string} as ${trusted(type)})`;
  return { name, value, check: null };
}

/** The first type that holds every value of a column exactly; columns that mix kinds stay JSON. */
async function scannedTypes(
  engine: Engine,
  path: string,
  relation: Sql,
  unknown: readonly string[],
  options: TaskOptions,
): Promise<ReadonlyMap<string, ScannedType>> {
  if (unknown.length === 0) return new Map();
  const parts = unknown.flatMap((name, index) => {
    const { type, string } = jsonOf(name);
    return [aliased(type, `t${index}`), aliased(string, `s${index}`)];
  });
  const tests = unknown.flatMap((_, index) => typeTests(id(`t${index}`), id(`s${index}`)));
  const query = sql`select ${join(tests)}
from (select ${join(parts)} from ${relation})`;
  const [row = []] = await rowsOf(engine, query, path, options);
  const typeOf = (index: number): ScannedType =>
    TYPES.find((_, type) => row[index * TYPES.length + type] === true) ?? "json";
  return new Map(unknown.map((name, index) => [name, typeOf(index)]));
}

/** In the order of `TYPES`; without any value a column is text. A case looks at no more than it must. */
function typeTests(type: Sql, string: Sql): readonly Sql[] {
  const isInteger = sql`regexp_full_match(${string}, '-?[0-9]+')`;
  const within = (limit: bigint): Sql =>
    sql`coalesce(try_cast(${string} as hugeint) between ${-limit} and ${limit}, false)`;
  const number = (integer: Sql, fraction: Sql): Sql => sql`case
    when ${type} is null then true
    when ${type} not in ('UBIGINT', 'BIGINT', 'DOUBLE') then false
    when ${isInteger} then ${integer}
    else ${fraction}
  end`;
  const never = trusted("false");
  return [
    sql`coalesce(bool_and(${type} is null or ${type} = 'VARCHAR'), true)`,
    sql`bool_and(${type} is null or ${type} = 'BOOLEAN')`,
    sql`bool_and(${number(sql`try_cast(${string} as bigint) is not null`, never)})`,
    sql`bool_and(${number(within(10n ** 38n - 1n), never)})`,
    sql`bool_and(${number(within(2n ** 53n), sql`coalesce(isfinite(try_cast(${string} as double)), false)`)})`,
  ];
}
