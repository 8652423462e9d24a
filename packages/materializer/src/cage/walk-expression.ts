import { isEmpty, isNode, nodesOf, textOf, type AstNode } from "./ast.ts";
import { valueKeywords } from "./forbidden-functions.ts";
import { walkFunction } from "./walk-function.ts";
import { walkType } from "./walk-type.ts";
import { anything, oneOf, visitFields, type Fields, type Visit, type Walk } from "./walk.ts";

/** Visits one expression, or nothing. */
export const expression: Visit = (value, walk) => {
  if (!isEmpty(value)) walkExpression(value, walk);
};

/** Visits a list of expressions. */
export const expressions: Visit = (value, walk) => {
  if (Array.isArray(value)) value.forEach((child) => walkExpression(child, walk));
  else if (!isEmpty(value)) walk.refuse("a list of an unknown form is not allowed");
};

const cases: Visit = (value, walk) =>
  nodesOf(value).forEach((branch) =>
    visitFields(branch, { when_expr: expression, then_expr: expression }, walk, "a case"),
  );

const replacements: Visit = (value, walk) =>
  nodesOf(value).forEach((entry) =>
    visitFields(entry, { key: anything, value: expression }, walk, "replace"),
  );

const orders: Visit = (value, walk) =>
  nodesOf(value).forEach((order) =>
    visitFields(order, { null_order: anything, expression }, walk, "an order"),
  );

/** Visits the orders inside an ORDER modifier. */
export const orderModifier: Visit = (value, walk) => {
  if (isNode(value)) visitFields(value, { orders }, walk, "order by");
};

const columnsPattern: Visit = (value, walk) => {
  if (!isEmpty(value) && !(isNode(value) && value["class"] === "CONSTANT"))
    walk.refuse("columns(…) takes a pattern as a literal or *, nothing else");
};

const columnName: Visit = (value, walk) => {
  const names = Array.isArray(value) ? value.map((name) => String(name).toLowerCase()) : [];
  const [name] = names;
  if (name === undefined || names.length > 1 || !valueKeywords.has(name) || walk.scope.columns.has(name))
    return;
  walk.refuse(`"${name}" is not allowed: it is not a column here but asks the engine or the clock`);
};

const subqueryStatement: Visit = (value, walk) => {
  if (isNode(value)) visitFields(value, { node: (node) => walk.query(node, walk) }, walk, "a subquery");
};

const functionFields: Fields = {
  function_name: anything,
  schema: anything,
  catalog: anything,
  is_operator: anything,
  children: expressions,
  filter: expression,
  order_bys: orderModifier,
  distinct: anything,
};

const operatorTypes = [
  "OPERATOR_NOT",
  "OPERATOR_IS_NULL",
  "OPERATOR_IS_NOT_NULL",
  "OPERATOR_COALESCE",
  "OPERATOR_TRY",
  "OPERATOR_UNPACK",
  "COMPARE_IN",
  "COMPARE_NOT_IN",
  "ARRAY_EXTRACT",
  "ARRAY_SLICE",
  "STRUCT_EXTRACT",
  "ARRAY_CONSTRUCTOR",
];
const operator = oneOf("the operator", ...operatorTypes);

/** The kinds of expression that are allowed everywhere; all others are refused by name. */
const rowWiseKinds: Readonly<Record<string, Fields>> = {
  COLUMN_REF: { column_names: columnName },
  CONSTANT: { value: anything },
  CAST: { child: expression, cast_type: (value, walk) => walkType(value, walk.refuse), try_cast: anything },
  CASE: { case_checks: cases, else_expr: expression },
  COMPARISON: { left: expression, right: expression },
  CONJUNCTION: { children: expressions },
  BETWEEN: { input: expression, lower: expression, upper: expression },
  OPERATOR: { children: expressions },
  FUNCTION: functionFields,
  LAMBDA: { lhs: expression, expr: expression },
  STAR: {
    relation_name: anything,
    exclude_list: anything,
    qualified_exclude_list: anything,
    replace_list: replacements,
    rename_list: anything,
    columns: anything,
    expr: columnsPattern,
  },
};

/** What a view that reads whole batches may hold besides. */
const wholeBatchKinds: Readonly<Record<string, Fields>> = {
  ...rowWiseKinds,
  POSITIONAL_REFERENCE: { index: anything },
  SUBQUERY: {
    subquery_type: anything,
    subquery: subqueryStatement,
    child: expression,
    comparison_type: anything,
  },
  WINDOW: {
    function_name: anything,
    schema: anything,
    catalog: anything,
    start: anything,
    end: anything,
    exclude_clause: anything,
    ignore_nulls: anything,
    distinct: anything,
    children: expressions,
    partitions: expressions,
    orders,
    arg_orders: orders,
    start_expr: expression,
    end_expr: expression,
    offset_expr: expression,
    default_expr: expression,
    filter_expr: expression,
  },
};

const kindNames: Readonly<Record<string, string>> = {
  WINDOW: "a window function",
  SUBQUERY: "a subquery inside an expression",
  PARAMETER: "a parameter",
  POSITIONAL_REFERENCE: "a reference by position",
  COLLATE: "collate",
  DEFAULT: "default",
};

/** Refuses an expression unless it and all its parts are of an allowed kind. */
export function walkExpression(node: unknown, walk: Walk): void {
  if (!isNode(node)) return walk.refuse("an expression of an unknown form is not allowed");
  const kind = textOf(node["class"]);
  const kinds = walk.rowWise ? rowWiseKinds : wholeBatchKinds;
  const fields = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (fields === undefined)
    return walk.refuse(`${kindNames[kind] ?? `the expression ${kind}`} is not allowed`);
  checkKind(kind, node, walk);
  visitFields(node, fields, walk, kindNames[kind] ?? kind.toLowerCase());
}

function checkKind(kind: string, node: AstNode, walk: Walk): void {
  if (kind === "FUNCTION") walkFunction(node, walk, walkExpression);
  if (kind === "OPERATOR") operator(node["type"], walk, node);
  if (kind === "WINDOW") walkWindow(node, walk);
}

// lag, rank and their kind appear among the aggregates of duckdb_functions().
function walkWindow(node: AstNode, walk: Walk): void {
  const name = textOf(node["function_name"]).toLowerCase();
  const entry = walk.functions.get(name);
  if (
    entry?.isAggregate !== true ||
    !isEmpty(node["catalog"]) ||
    !["", "main"].includes(textOf(node["schema"]))
  )
    walk.refuse(`the window function ${name} is not allowed`);
  else walkFunction(node, walk, walkExpression);
}
