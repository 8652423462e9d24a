import { id, join, sql, text, trusted, type Sql } from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import { rowsOf } from "./bad-value.ts";
import { instantSql, keySql, type CellSql } from "./cell-sql.ts";
import { readCsvHeader } from "./csv-header.ts";
import type { SpineHints, TextColumn, TextTable } from "./open-spine.ts";

/** RFC 4180. An empty field is null; only `""` is the empty text. */
const DIALECT = trusted(
  `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '',
    allow_quoted_nulls = false, strict_mode = true, compression = 'none', hive_partitioning = false`,
);

/** A CSV file with its columns typed; the types of unknown columns take a scan. */
export async function openCsv(
  engine: Engine,
  path: string,
  hints: SpineHints,
  options: TaskOptions,
): Promise<TextTable> {
  const names = await readCsvHeader(path);
  const relation = csvRelation(path, names);
  const unknown = names.filter((name) => cellOf(name, rawOf(names, name), hints) === "unknown");
  const types = await scannedTypes(engine, path, relation, names, unknown, options);
  const columns = names.map((name) => {
    const raw = rawOf(names, name);
    const cell = cellOf(name, raw, hints);
    return cell === "unknown" ? scanned(name, raw, types.get(name) ?? "text") : hinted(name, raw, cell);
  });
  return { relation, columns, headerLines: 1 };
}

/** Columns are read by their place, so that no name matters to the reader. */
function csvRelation(path: string, names: readonly string[]): Sql {
  const columns = names.map((_, index) => sql`${text(`c${index}`)}: 'VARCHAR'`);
  return sql`read_csv(${text(path)}, ${DIALECT}, columns = {${join(columns, ", ")}})`;
}

function rawOf(names: readonly string[], name: string): Sql {
  return id(`c${names.indexOf(name)}`);
}

/** How the hints say to read a column: `null` as the text that it is, `unknown` where they do not say. */
function cellOf(name: string, raw: Sql, { keys, timestampKey }: SpineHints): CellSql | null | "unknown" {
  const filled = sql`nullif(${raw}, '')`;
  if (name === timestampKey) return instantSql(filled);
  const key = keys.find((one) => one.name === name);
  return key === undefined ? "unknown" : keySql(filled, key.type);
}

function hinted(name: string, raw: Sql, cell: CellSql | null): TextColumn {
  if (cell === null) return { name, value: raw, check: null };
  return { name, value: cell.value, check: { isBad: cell.isBad, raw, expected: cell.expected } };
}

type ScannedType = "bigint" | "double" | "boolean" | "text";

function scanned(name: string, raw: Sql, type: ScannedType): TextColumn {
  const value = type === "text" ? raw : sql`cast(nullif(${raw}, '') as ${trusted(type)})`;
  return { name, value, check: null };
}

/** The first type of which every value of a column is the very text that the type prints. */
async function scannedTypes(
  engine: Engine,
  path: string,
  relation: Sql,
  names: readonly string[],
  unknown: readonly string[],
  options: TaskOptions,
): Promise<ReadonlyMap<string, ScannedType>> {
  if (unknown.length === 0) return new Map();
  const tests = unknown.flatMap((name) => typeTests(sql`nullif(${rawOf(names, name)}, '')`));
  const [row = []] = await rowsOf(engine, sql`select ${join(tests)} from ${relation}`, path, options);
  return new Map(
    unknown.map((name, index) => [name, TYPES.find((_, type) => row[index * 3 + type] === true) ?? "text"]),
  );
}

const TYPES = ["bigint", "double", "boolean"] as const;

/** In the order of `TYPES`; all are null, so none is true, where a column has no value. */
function typeTests(value: Sql): readonly Sql[] {
  const printed = sql`cast(try_cast(${value} as double) as varchar)`;
  const spelled = sql`regexp_replace(${value}, '^(-?[0-9.]+)[eE]([+-])([0-9])$', '\\1e\\20\\3')`;
  return [
    sql`bool_and(coalesce(cast(try_cast(${value} as bigint) as varchar) = ${value}, ${value} is null)) and count(${value}) > 0`,
    sql`bool_and(${value} is null or (regexp_matches(${value}, '^-?[0-9]') and coalesce(${printed} in (${spelled}, ${value} || '.0'), false))) and count(${value}) > 0`,
    sql`bool_and(${value} is null or ${value} in ('true', 'false')) and count(${value}) > 0`,
  ];
}
