import { isEmpty, isNode, nodesOf, textOf, type AstNode } from "./ast.ts";
import { expression, expressions, orderModifier } from "./walk-expression.ts";
import { anything, oneOf, visitFields, type Fields, type Scope, type Visit, type Walk } from "./walk.ts";

const queryNode: Visit = (value, walk) => walkQuery(value, walk);

const statement: Visit = (value, walk) => {
  if (isNode(value)) visitFields(value, { node: queryNode }, walk, "a subquery");
  else walk.refuse("a subquery of an unknown form is not allowed");
};

const tableReference: Visit = (value, walk) => walkTableReference(value, walk);

const refuseModifiers: Visit = (value, walk) => {
  for (const modifier of nodesOf(value)) {
    const kind = textOf(modifier["type"]);
    walk.refuse(
      `${modifierNames[kind] ?? kind} is not allowed: every output row must come from one source row`,
    );
  }
};

const allOnly: Visit = (value, walk) => {
  if (value !== true) walk.refuse("a union without all is not allowed");
};

const rowWiseSelect: Fields = {
  modifiers: refuseModifiers,
  cte_map: anything,
  select_list: expressions,
  from_table: tableReference,
  where_clause: expression,
  aggregate_handling: oneOf("grouping with", "STANDARD_HANDLING"),
};

const modifiers: Visit = (value, walk) => nodesOf(value).forEach((modifier) => walkModifier(modifier, walk));

const wholeBatchSelect: Fields = {
  ...rowWiseSelect,
  modifiers,
  group_expressions: expressions,
  group_sets: anything,
  aggregate_handling: anything,
  having: expression,
  qualify: expression,
};

const rowWiseSetOperation: Fields = {
  cte_map: anything,
  setop_type: oneOf("the set operation", "UNION", "UNION_BY_NAME"),
  setop_all: allOnly,
  modifiers: refuseModifiers,
  left: queryNode,
  right: queryNode,
};

const wholeBatchSetOperation: Fields = {
  ...rowWiseSetOperation,
  setop_type: anything,
  setop_all: anything,
  modifiers,
};

const baseTable: Fields = {
  schema_name: refuseQualifier,
  catalog_name: refuseQualifier,
  table_name: anything,
  column_name_alias: anything,
};

const join: Fields = {
  left: tableReference,
  right: tableReference,
  condition: expression,
  join_type: anything,
  ref_type: anything,
  using_columns: anything,
};

const modifierFields: Readonly<Record<string, Fields>> = {
  ORDER_MODIFIER: {},
  LIMIT_MODIFIER: { limit: expression, offset: expression },
  DISTINCT_MODIFIER: { distinct_on_targets: expressions },
};

const modifierNames: Readonly<Record<string, string>> = {
  ORDER_MODIFIER: "order by",
  LIMIT_MODIFIER: "limit or offset",
  LIMIT_PERCENT_MODIFIER: "limit",
  DISTINCT_MODIFIER: "distinct",
};

const tableNames: Readonly<Record<string, string>> = {
  TABLE_FUNCTION: "a table function",
  EXPRESSION_LIST: "a list of values",
  JOIN: "a join",
  SHOW_REF: "show, describe or summarize",
  PIVOT: "pivot or unpivot",
  EMPTY: "a select without from",
};

/** Refuses a query unless it is a select, or a union of selects, of allowed parts. */
export function walkQuery(node: unknown, walk: Walk): void {
  if (!isNode(node)) return walk.refuse("a query of an unknown form is not allowed");
  const inner = { ...walk, scope: withCtes(node, walk) };
  if (node["type"] === "SELECT_NODE") walkSelect(node, inner);
  else if (node["type"] === "SET_OPERATION_NODE")
    visitFields(node, walk.rowWise ? rowWiseSetOperation : wholeBatchSetOperation, inner, "a set operation");
  else walk.refuse(`the query ${textOf(node["type"])} is not allowed`);
}

function walkSelect(node: AstNode, walk: Walk): void {
  const scope = { ...walk.scope, columns: columnsOf(node["from_table"], walk.scope) };
  visitFields(node, walk.rowWise ? rowWiseSelect : wholeBatchSelect, { ...walk, scope }, "a select");
}

/** Walks the common table expressions in order; each sees those before it, never itself. */
function withCtes(node: AstNode, walk: Walk): Scope {
  const map = node["cte_map"];
  const entries = isNode(map) ? nodesOf(map["map"]) : [];
  return entries.reduce<Scope>((scope, { key, value }) => {
    const name = textOf(key).toLowerCase();
    if (scope.relations.has(name)) walk.refuse(`the common table expression "${name}" hides the relation`);
    walkCte(value, { ...walk, scope });
    return { ...scope, ctes: new Set([...scope.ctes, name]) };
  }, walk.scope);
}

function walkCte(value: unknown, walk: Walk): void {
  if (!isNode(value)) return walk.refuse("a common table expression of an unknown form is not allowed");
  const fields = { aliases: anything, materialized: anything, query: statement };
  visitFields(value, fields, walk, "a common table expression");
}

function walkTableReference(node: unknown, walk: Walk): void {
  if (!isNode(node)) return walk.refuse("a table of an unknown form is not allowed");
  const kind = textOf(node["type"]);
  if (kind === "BASE_TABLE") return walkBaseTable(node, walk);
  if (kind === "SUBQUERY")
    return visitFields(node, { subquery: statement, column_name_alias: anything }, walk, "a subquery");
  if (kind === "JOIN" && !walk.rowWise) return visitFields(node, join, walk, "a join");
  if (kind === "EMPTY" && !walk.rowWise) return;
  const what = `${tableNames[kind] ?? `the table ${kind}`}${functionName(node["function"])}`;
  walk.refuse(`${what} is not allowed; select from a declared source`);
}

function functionName(call: unknown): string {
  return isNode(call) ? ` ${textOf(call["function_name"])}()` : "";
}

function walkBaseTable(node: AstNode, walk: Walk): void {
  visitFields(node, baseTable, walk, "a table");
  const name = textOf(node["table_name"]);
  const { ctes, relations } = walk.scope;
  if (ctes.has(name.toLowerCase()) || relations.has(name.toLowerCase())) return;
  const declared = [...relations.keys()].map((relation) => `"${relation}"`).join(", ");
  walk.refuse(`"${name}" is not a declared source; declared: ${declared || "none"}`);
}

function refuseQualifier(value: unknown, walk: Walk, node: AstNode): void {
  if (isEmpty(value)) return;
  walk.refuse(
    `"${textOf(value)}.${textOf(node["table_name"])}" is not allowed: name a source without a schema`,
  );
}

function walkModifier(node: AstNode, walk: Walk): void {
  const kind = textOf(node["type"]);
  if (kind === "ORDER_MODIFIER") return orderModifier(node, walk, node);
  const fields = Object.hasOwn(modifierFields, kind) ? modifierFields[kind] : undefined;
  if (fields === undefined) return walk.refuse(`the modifier ${kind} is not allowed`);
  visitFields(node, fields, walk, kind.toLowerCase());
}

function columnsOf(from: unknown, scope: Scope): ReadonlySet<string> {
  const none: ReadonlySet<string> = new Set();
  if (!isNode(from) || from["type"] !== "BASE_TABLE" || !isEmpty(from["column_name_alias"])) return none;
  const name = textOf(from["table_name"]).toLowerCase();
  return scope.ctes.has(name) ? none : (scope.relations.get(name) ?? none);
}
