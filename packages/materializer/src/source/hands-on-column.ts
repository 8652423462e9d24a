import { isEmpty, isNode, nodesOf, textOf, type AstNode } from "../cage/ast.ts";

/**
 * Whether a transformation gives a column of its one source unchanged under its own name, so that what is known of
 * the one holds for the other. Told from the parsed form; whatever is less than plain is answered with no.
 */
export function handsOnColumn(parsedForm: string, parameter: string, column: string): boolean {
  const parsed: unknown = parsedForm === "" ? null : JSON.parse(parsedForm);
  const [statement, ...others] = isNode(parsed) ? nodesOf(parsed["statements"]) : [];
  const select = statement?.["node"];
  if (others.length > 0 || !isNode(select) || select["type"] !== "SELECT_NODE") return false;
  if (!isEmpty(select["cte_map"]) || !readsTable(select["from_table"], parameter)) return false;
  const named = nodesOf(select["select_list"]).filter((item) => isNamed(item, column));
  return named.length === 1 && isColumn(named[0]!, column);
}

function readsTable(from: unknown, parameter: string): boolean {
  return (
    isNode(from) &&
    from["type"] === "BASE_TABLE" &&
    isSame(textOf(from["table_name"]), parameter) &&
    isEmpty(from["column_name_alias"]) &&
    isEmpty(from["sample"])
  );
}

/** A star may name anything. */
function isNamed(item: AstNode, column: string): boolean {
  const alias = textOf(item["alias"]);
  if (alias !== "") return isSame(alias, column);
  return item["class"] === "STAR" || isSame(lastName(item), column);
}

function lastName({ column_names: names }: AstNode): string {
  return Array.isArray(names) ? textOf(names.at(-1)) : "";
}

function isColumn(item: AstNode, column: string): boolean {
  if (item["class"] === "STAR") {
    return Object.entries(item).every(([field, value]) => PLAIN_STAR.has(field) || isEmpty(value));
  }
  const names = item["column_names"];
  return (
    item["class"] === "COLUMN_REF" &&
    Array.isArray(names) &&
    names.length === 1 &&
    isSame(lastName(item), column)
  );
}

const PLAIN_STAR: ReadonlySet<string> = new Set(["class", "type", "alias", "query_location"]);

/** DuckDB's names are equal whatever their letter case. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
