import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, nothing, sql, type Sql } from "../sql/sql.ts";
import { startBound } from "../time/law.ts";
import { aliased } from "../value/duckdb-type.ts";
import { BOUND, INSTANT } from "./columns.ts";
import { boundColumn } from "./spine.ts";

/** The names of a view's relations inside one read. */
export interface RelationNames {
  readonly index: number;
  readonly probes: Sql;
  readonly stored: Sql;
  readonly matches: Sql;
}

/** The relation names of the view at an index. */
export function relationNames(index: number): RelationNames {
  const name = (what: string): Sql => id(`__${what}_${index}`);
  return {
    index,
    probes: name("probes"),
    stored: name("stored"),
    matches: name("matches"),
  };
}

/**
 * What a view is asked: each distinct pair of key and bound once. Rows with a null key match nothing
 * (TIME T9); rows before the start have no values (TIME T5). `keys` are the spine's columns of the view's keys.
 */
export function probesSql(
  view: CompiledView,
  keys: readonly string[],
  index: number,
  withInstant = false,
): Sql {
  const boundary = id(boundColumn(index));
  const instant = withInstant ? sql`, ${id(INSTANT)}` : nothing;
  const selected = view.joinKeys.map(({ name }, at) => aliased(id(keys[at]!), name));
  const notNull = keys.map((key) => sql`${id(key)} is not null`);
  return sql`select distinct ${join(selected, ", ")}, ${boundary} as ${id(BOUND)}${instant}
from ${id("__numbered")}
where ${boundary} >= ${startBound(view.time)}
  and ${join(notNull, " and ")}`;
}

/** `left.key = right.key and …` over the join keys. */
export function sameKeys(view: CompiledView, left: string, right: string): Sql {
  return join(
    view.joinKeys.map(({ name }) => sql`${id(left, name)} = ${id(right, name)}`),
    " and ",
  );
}
