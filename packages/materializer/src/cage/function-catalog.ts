import type { DuckDBConnection } from "@duckdb/node-api";
import { isNode, nodesOf, type AstNode } from "./ast.ts";

/** What DuckDB says of a function name, over all its overloads. */
export interface FunctionEntry {
  /** Scalar and macro, all of it in the schema "main". */
  readonly isScalar: boolean;
  readonly isAggregate: boolean;
  readonly isConsistent: boolean;
  /** The parsed definitions, for macros. */
  readonly macros: readonly Macro[];
}

/** One overload of a built-in macro: its parameters in lower case, and its parsed body. */
export interface Macro {
  readonly parameters: readonly string[];
  readonly body: AstNode | null;
}

/** The functions of this DuckDB, by name in lower case. */
export type FunctionCatalog = ReadonlyMap<string, FunctionEntry>;

const query = `
select
  lower(function_name) as name,
  bool_and(function_type in ('scalar', 'macro') and schema_name = 'main') as is_scalar,
  bool_and(function_type = 'aggregate' and schema_name = 'main') as is_aggregate,
  bool_and(function_type = 'macro' or coalesce(stability, '') = 'CONSISTENT') as is_consistent,
  to_json(list({
    parameters: list_transform(parameters, lambda parameter: lower(parameter)),
    body: json_serialize_sql('select ' || macro_definition)
  }) filter (where function_type = 'macro' and schema_name = 'main')) as macros
from duckdb_functions()
group by name`;

let known: FunctionCatalog | undefined;

/**
 * The functions of the DuckDB at hand: the engine that runs the SQL is the one that is asked. They are built in,
 * so one answer holds for the life of the process.
 */
export async function functionCatalog(connection: DuckDBConnection): Promise<FunctionCatalog> {
  return (known ??= await readFunctionCatalog(connection));
}

async function readFunctionCatalog(connection: DuckDBConnection): Promise<FunctionCatalog> {
  const reader = await connection.runAndReadAll(query);
  return new Map(reader.getRowsJson().map(toEntry));
}

function toEntry(row: readonly unknown[]): [string, FunctionEntry] {
  const [name, isScalar, isAggregate, isConsistent, macros] = row;
  const entry = {
    isScalar: isScalar === true,
    isAggregate: isAggregate === true,
    isConsistent: isConsistent === true,
    macros: typeof macros === "string" ? nodesOf(JSON.parse(macros)).map(toMacro) : [],
  };
  return [String(name), entry];
}

function toMacro({ parameters, body }: AstNode): Macro {
  const [statement] = isNode(body) ? nodesOf(body["statements"]) : [];
  const select = statement?.["node"];
  const [expression] = isNode(select) ? nodesOf(select["select_list"]) : [];
  return { parameters: Array.isArray(parameters) ? parameters.map(String) : [], body: expression ?? null };
}
