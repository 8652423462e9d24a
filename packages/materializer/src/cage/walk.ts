import { isEmpty, type AstNode } from "./ast.ts";
import type { FunctionCatalog } from "./function-catalog.ts";

/** What names mean at one place of the query; all names in lower case. */
export interface Scope {
  readonly relations: ReadonlyMap<string, ReadonlySet<string>>;
  readonly ctes: ReadonlySet<string>;
  /** The columns of the one declared relation selected from, if it is so plain; else empty. */
  readonly columns: ReadonlySet<string>;
}

/** One walk over a parsed query: what is allowed, and where refusals go. */
export interface Walk {
  readonly scope: Scope;
  readonly rowWise: boolean;
  readonly functions: FunctionCatalog;
  readonly refuse: (problem: string) => void;
  readonly query: (node: unknown, walk: Walk) => void;
}

/** Looks at one field of a node. */
export type Visit = (value: unknown, walk: Walk, node: AstNode) => void;

/** What may be in a node, field by field. */
export type Fields = Readonly<Record<string, Visit>>;

const clauses: Readonly<Record<string, string>> = {
  group_expressions: "group by",
  group_sets: "group by",
  sample: "a sample",
  at_clause: "at (…)",
  named_param_map: "parameters",
};
const bookkeeping = new Set(["class", "type", "alias", "query_location"]);

/** A field whose value needs no look. */
export const anything: Visit = () => undefined;

/** Visits every field; one that is not named in `fields` must say nothing, so what is unknown is refused. */
export function visitFields(node: AstNode, fields: Fields, walk: Walk, words: string): void {
  for (const [field, value] of Object.entries(node)) {
    if (bookkeeping.has(field)) continue;
    const visit = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (visit !== undefined) visit(value, walk, node);
    else if (!isEmpty(value)) walk.refuse(`${words} with ${clauses[field] ?? field} is not allowed`);
  }
}

/** A field that must have one of the given values. */
export function oneOf(words: string, ...allowed: readonly unknown[]): Visit {
  return (value, walk) => {
    if (!allowed.includes(value)) walk.refuse(`${words} ${String(value)} is not allowed`);
  };
}
