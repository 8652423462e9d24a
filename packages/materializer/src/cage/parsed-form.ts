import type { DuckDBConnection } from "@duckdb/node-api";
import { isNode, nodesOf, textOf, type AstNode } from "./ast.ts";
import { Refused } from "./refused.ts";

/** The most bytes of user SQL. DuckDB's parser itself limits how deep it may nest. */
export const maxSqlBytes = 64 * 1024;

/** SQL that DuckDB can parse: its form as DuckDB's JSON, and as nodes. */
export interface Parsed {
  readonly json: string;
  readonly statement: AstNode;
}

/** Parses SQL with the engine that is to run it. Throws `Refused`. */
export async function parse(connection: DuckDBConnection, sql: string): Promise<Parsed> {
  refuseUnfitText(sql);
  const json = await textQuery(connection, "select json_serialize_sql($1::varchar)::varchar", sql);
  const parsed: unknown = JSON.parse(json);
  if (!isNode(parsed) || parsed["error"] === true) throw refused(messageOf(parsed));
  const statements = nodesOf(parsed["statements"]);
  const [statement] = statements;
  if (statement === undefined) throw refused("the SQL holds no statement; exactly one SELECT is expected");
  if (statements.length > 1)
    throw refused(`the SQL holds ${statements.length} statements; exactly one SELECT is expected`);
  return { json, statement };
}

/** Prints a parsed form as SQL: no comments, one spelling. */
export function print(connection: DuckDBConnection, { json }: Parsed): Promise<string> {
  return textQuery(connection, "select json_deserialize_sql($1::json)", json);
}

/**
 * The parsed form without positions: equal for texts that differ in white space, comments and the letter case
 * of keywords. DuckDB's own text is kept because it holds integers that JavaScript numbers would round.
 */
export function withoutPositions({ json }: Parsed): string {
  return json.replaceAll(/,"query_location":\d+/g, "");
}

function refuseUnfitText(sql: string): void {
  const bytes = Buffer.byteLength(sql);
  if (bytes > maxSqlBytes) throw refused(`the SQL has ${bytes} bytes; at most ${maxSqlBytes} are allowed`);
  if (sql.includes("\0")) throw refused("the SQL holds a NUL character");
}

async function textQuery(connection: DuckDBConnection, query: string, argument: string): Promise<string> {
  const reader = await connection.runAndReadAll(query, [argument]);
  return String(reader.getRows()[0]?.[0]);
}

function messageOf(parsed: unknown): string {
  const message = isNode(parsed) ? textOf(parsed["error_message"]) : "";
  if (message.startsWith("Only SELECT")) return "the SQL is no SELECT; exactly one SELECT is expected";
  const position = isNode(parsed) ? textOf(parsed["position"]) : "";
  return position === "" ? message : `${message} (character ${Number(position) + 1})`;
}

function refused(problem: string): Refused {
  return new Refused("INVALID_SQL", [problem]);
}
