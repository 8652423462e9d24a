import type { DuckDBConnection } from "@duckdb/node-api";
import type { CheckRequest, CheckResult, Relation, TaskLimits } from "../engine/protocol.ts";
import { openSession } from "../engine/session.ts";
import type { Database } from "../engine/spare-databases.ts";
import { bind } from "./bind.ts";
import { functionCatalog, type FunctionCatalog } from "./function-catalog.ts";
import { parse, print, withoutPositions, type Parsed } from "./parsed-form.ts";
import { Refused } from "./refused.ts";
import { walkQuery } from "./walk-query.ts";
import { visitFields, type Walk } from "./walk.ts";

const maxProblems = 20;

/**
 * Checks user SQL (ARCHITECTURE decision 9, TIME T16): one SELECT, only allowed parts, and it binds.
 * `onConnection` gives the connection to whoever interrupts it.
 */
export async function checkSql(
  request: CheckRequest,
  limits: TaskLimits,
  onConnection: (connection: DuckDBConnection) => void,
  database: Promise<Database>,
): Promise<CheckResult> {
  using session = await openSession({ ...limits, files: [], preserveInsertionOrder: true }, database);
  onConnection(session.connection);
  try {
    return await accept(session.connection, request);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { verdict: "refused", code: error.code, problems: error.problems };
  }
}

// What is accepted is printed from its parsed form, and that print is parsed and walked again: the text that
// was checked is the text that runs.
async function accept(connection: DuckDBConnection, request: CheckRequest): Promise<CheckResult> {
  const functions = await functionCatalog(connection);
  const normalizedSql = await print(
    connection,
    walked(await parse(connection, request.sql), request, functions),
  );
  const parsed = walked(await parse(connection, normalizedSql), request, functions);
  if ((await print(connection, parsed)) !== normalizedSql)
    throw new Refused("SQL_NOT_ALLOWED", ["the SQL has no stable printed form; write it more plainly"]);
  const columns = await bind(connection, normalizedSql, request.relations);
  return { verdict: "accepted", normalizedSql, parsedForm: withoutPositions(parsed), columns };
}

function walked(parsed: Parsed, request: CheckRequest, functions: FunctionCatalog): Parsed {
  const problems: string[] = [];
  const walk: Walk = {
    scope: { relations: relationColumns(request.relations), ctes: new Set(), columns: new Set() },
    rowWise: request.rowWise,
    functions,
    refuse: (problem) => problems.push(problem),
    query: walkQuery,
  };
  visitFields(parsed.statement, { node: (node) => walkQuery(node, walk) }, walk, "a statement");
  if (problems.length > 0) throw new Refused("SQL_NOT_ALLOWED", [...new Set(problems)].slice(0, maxProblems));
  return parsed;
}

function relationColumns(relations: readonly Relation[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    relations.map(({ name, columns }) => [
      name.toLowerCase(),
      new Set(columns.map((column) => column.name.toLowerCase())),
    ]),
  );
}
