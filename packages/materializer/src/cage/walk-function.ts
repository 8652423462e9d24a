import { isEmpty, isNode, nodesOf, textOf, type AstNode } from "./ast.ts";
import { aggregateCallers, isForbiddenFunction, randomAggregates } from "./forbidden-functions.ts";
import type { FunctionEntry } from "./function-catalog.ts";
import type { Walk } from "./walk.ts";

type WalkExpression = (node: unknown, walk: Walk) => void;

const oneRowEach = "every output row must come from one source row";

/** Refuses a call unless the function is a scalar that always gives the same answer to the same input. */
export function walkFunction(node: AstNode, walk: Walk, walkExpression: WalkExpression): void {
  const name = textOf(node["function_name"]).toLowerCase();
  if (!isBuiltInSchema(node))
    return walk.refuse(`the function ${calledAs(node)} is not allowed; write ${name}(…)`);
  // Not in DuckDB's list as a scalar: the binder turns it into rows of the same source row.
  if (name === "unnest") return refuseAggregateParts(node, name, walk);
  const entry = walk.functions.get(name);
  if (entry === undefined) return walk.refuse(`there is no function ${name}`);
  walkEntry(name, entry, node, walk, walkExpression);
}

function walkEntry(
  name: string,
  entry: FunctionEntry,
  node: AstNode,
  walk: Walk,
  walkExpression: WalkExpression,
): void {
  if (entry.isAggregate) return walkAggregate(name, walk);
  refuseAggregateParts(node, name, walk);
  if (!entry.isScalar) return walk.refuse(`the function ${name} is not allowed`);
  if (isForbiddenFunction(name)) return walk.refuse(`the function ${name} is not allowed`);
  if (!entry.isConsistent && name !== "error") return walk.refuse(inconsistent(name));
  if (name === "age" && nodesOf(node["children"]).length < 2)
    return walk.refuse(inconsistent("age of one argument"));
  if (aggregateCallers.has(name)) refuseUnknownAggregate(node, walk);
  walkMacros(name, entry, walk, walkExpression);
}

function walkAggregate(name: string, walk: Walk): void {
  if (walk.rowWise) return walk.refuse(`the aggregate ${name} is not allowed: ${oneRowEach}`);
  if (randomAggregates.has(name)) walk.refuse(inconsistent(name));
}

function refuseAggregateParts(node: AstNode, name: string, walk: Walk): void {
  for (const part of ["filter", "order_bys", "distinct", "export_state"])
    if (!isEmpty(node[part])) walk.refuse(`${part} in the function ${name} is not allowed`);
}

// A macro of DuckDB is as good as what it stands for; its parameters count as columns there.
function walkMacros(name: string, entry: FunctionEntry, walk: Walk, walkExpression: WalkExpression): void {
  for (const { parameters, body } of entry.macros) {
    const scope = { ...walk.scope, columns: new Set(parameters) };
    const refuse = () => walk.refuse(`the function ${name} is not allowed: what it stands for is not`);
    walkExpression(body, { ...walk, scope, refuse });
  }
}

function refuseUnknownAggregate(node: AstNode, walk: Walk): void {
  const name = constantText(nodesOf(node["children"])[1]);
  const aggregate = name === null ? undefined : walk.functions.get(name);
  if (name === null || aggregate?.isAggregate !== true || randomAggregates.has(name))
    walk.refuse(`${textOf(node["function_name"])} needs the name of a consistent aggregate as a literal`);
}

function constantText(node: AstNode | undefined): string | null {
  const value = node?.["class"] === "CONSTANT" && isNode(node["value"]) ? node["value"]["value"] : null;
  return typeof value === "string" ? value.toLowerCase() : null;
}

function isBuiltInSchema(node: AstNode): boolean {
  return isEmpty(node["catalog"]) && ["", "main"].includes(textOf(node["schema"]));
}

function calledAs(node: AstNode): string {
  return [node["catalog"], node["schema"], node["function_name"]].map(textOf).filter(Boolean).join(".");
}

function inconsistent(name: string): string {
  return `the function ${name} is not allowed: it may answer differently to the same input`;
}
