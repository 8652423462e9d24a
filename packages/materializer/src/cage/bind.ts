import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteIdentifier } from "@tesela/core";
import { codeOf, readable } from "../engine/errors.ts";
import type { Relation, TypedColumn } from "../engine/protocol.ts";
import { isNode, nodesOf, textOf } from "./ast.ts";
import { parse } from "./parsed-form.ts";
import { Refused } from "./refused.ts";
import { walkType } from "./walk-type.ts";

/**
 * Binds checked SQL to empty views of the relations and gives its output columns. Throws `Refused` with the
 * binder's sentence, or if two output columns have one name whatever its letter case.
 */
export async function bind(
  connection: DuckDBConnection,
  sql: string,
  relations: readonly Relation[],
): Promise<readonly TypedColumn[]> {
  for (const relation of relations) await declare(connection, relation);
  const columns = await describe(connection, sql).catch((error: unknown) => rethrow(error, relations));
  const repeated = repeatedNames(columns);
  if (repeated.length > 0)
    throw new Refused("INVALID_SQL", [`more than one output column is named "${repeated.join('", "')}"`]);
  return columns;
}

async function declare(connection: DuckDBConnection, { name, columns }: Relation): Promise<void> {
  for (const column of columns) await refuseUnfitType(connection, column);
  const nulls = columns.map((column) => `cast(null as ${column.type}) as ${quoteIdentifier(column.name)}`);
  await connection.run(`create view ${quoteIdentifier(name)} as
select
  ${nulls.join(",\n  ")}
where false`);
}

async function describe(connection: DuckDBConnection, sql: string): Promise<readonly TypedColumn[]> {
  const reader = await connection.runAndReadAll(`describe ${sql}`);
  return reader.getRowsJson().map(([name, type]) => ({ name: textOf(name), type: textOf(type) }));
}

// Out of memory or an interrupt is no verdict on the SQL.
function rethrow(error: unknown, relations: readonly Relation[]): never {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(message);
  if (code === "VALUE_ERROR" || code === "INVALID_SQL")
    throw new Refused("INVALID_SQL", [explained(message, relations)]);
  if (code === "SQL_NOT_ALLOWED") throw new Refused(code, [readable(message)]);
  throw error;
}

function explained(message: string, relations: readonly Relation[]): string {
  const sentence = readable(message).replaceAll(/\s*\n\s*/g, " ");
  if (!/^Referenced (column|table) /.test(sentence)) return sentence;
  const declared = relations.map(
    ({ name, columns }) => `${name}(${columns.map((column) => column.name).join(", ")})`,
  );
  return `${sentence} (declared: ${declared.join("; ")})`;
}

function repeatedNames(columns: readonly TypedColumn[]): readonly string[] {
  const names = columns.map(({ name }) => name.toLowerCase());
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

// The type is spliced as text, so it must parse as a type and nothing else.
async function refuseUnfitType(connection: DuckDBConnection, { name, type }: TypedColumn): Promise<void> {
  const { statement } = await parse(connection, `select cast(null as ${type})`);
  const select = isNode(statement["node"]) ? statement["node"] : {};
  const [cast, second] = nodesOf(select["select_list"]);
  const problems: string[] = [];
  const isOneCast = cast?.["class"] === "CAST" && second === undefined && hasNoFrom(select["from_table"]);
  if (isOneCast) walkType(cast["cast_type"], (problem) => problems.push(problem));
  if (!isOneCast || problems.length > 0)
    throw new Refused("INVALID_SQL", [`"${type}" of the column "${name}" is no type that a source may have`]);
}

function hasNoFrom(from: unknown): boolean {
  return isNode(from) && from["type"] === "EMPTY";
}
