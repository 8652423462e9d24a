import { join, sql, TeselaError, trusted, type Sql } from "@tesela/core";
import { textOf } from "../cage/ast.ts";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import { lineError } from "./line-error.ts";
import type { TextTable } from "./open-spine.ts";

const SHOWN = 80;

/** Throws `VALIDATION` naming the first value that its column cannot have; records count as lines. */
export async function locateBadValue(
  engine: Engine,
  { relation, columns, headerLines }: TextTable,
  file: string,
  options: TaskOptions,
): Promise<void> {
  const checks = columns.flatMap(({ name, check }) => (check === null ? [] : [{ name, ...check }]));
  if (checks.length === 0) return;
  const counts = checks.map(({ isBad }) => sql`count(*) filter (${isBad})`);
  const [found] = await rowsOf(engine, sql`select ${join(counts)} from ${relation}`, file, options);
  const bad = checks.find((_, index) => found?.[index] !== 0n);
  if (bad === undefined) return;
  const [first] = await rowsOf(engine, firstBad(relation, bad.isBad, bad.raw), file, options);
  const line = Number(first?.[0] ?? 0) + headerLines;
  const value = textOf(first?.[1] ?? null).slice(0, SHOWN);
  throw new TeselaError(
    "VALIDATION",
    `Line ${line} of the table: column "${bad.name}" is ${JSON.stringify(value)}, expected ${bad.expected}.`,
    { fix: "Correct the line, or cast the column where the table is made.", details: { line } },
  );
}

function firstBad(relation: Sql, isBad: Sql, raw: Sql): Sql {
  return sql`select line, raw
from (
  select row_number() over () as line, ${raw} as raw, ${isBad} as is_bad
  from ${relation}
)
where is_bad
order by line
limit ${trusted("1")}`;
}

/** The rows that a trusted query over the file gives. */
export async function rowsOf(
  engine: Engine,
  query: Sql,
  file: string,
  options: TaskOptions,
): Promise<readonly (readonly unknown[])[]> {
  try {
    const request = { files: [file], statements: [{ sql: query.text, rows: true }] };
    return (await engine.run(request, options)).results[0] ?? [];
  } catch (error) {
    throw lineError(error);
  }
}
