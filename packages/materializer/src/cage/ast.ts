/** A node of DuckDB's parsed form. */
export type AstNode = Readonly<Record<string, unknown>>;

/** Narrows to a node. */
export function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as a list of nodes; empty if it is none. */
export function nodesOf(value: unknown): readonly AstNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The value as text; empty if it is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Whether a field says nothing: null, false, an empty text or list, or a node all of whose fields are empty. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isNode(value)) return false;
  return Object.entries(value).every(([field, child]) => field === "type" || isEmpty(child));
}
