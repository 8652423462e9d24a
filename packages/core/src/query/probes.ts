import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { startBound } from "../time/law.ts";
import { aliased } from "../value/duckdb-type.ts";
import { coarsenedTilesSql } from "./coarsened-tiles.ts";
import { AT, BOUND, EVENT_TIME } from "./columns.ts";
import { boundColumn, keyColumn } from "./spine.ts";

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
 * (TIME T9); rows before the start have no values (TIME T5).
 */
export function probesSql(view: CompiledView, index: number): Sql {
  const boundary = id(boundColumn(index));
  const keys = view.joinKeys.map(({ name }) => aliased(id(keyColumn(name)), name));
  const notNull = view.joinKeys.map(({ name }) => sql`${id(keyColumn(name))} is not null`);
  return sql`select distinct ${join(keys, ", ")}, ${boundary} as ${id(BOUND)}
from ${id("__spine")}
where ${boundary} >= ${startBound(view.time)}
  and ${join(notNull, " and ")}`;
}

/** Stored rows of a view with their time as microseconds (`__at`), which the joins compare. */
export function timedSql(stored: Sql, view: CompiledView): Sql {
  if (view.shape.kind === "aggregates") return coarsenedTilesSql(view, view.shape, stored);
  return sql`select *, ${aliased(sql`epoch_us(${id(EVENT_TIME)})`, AT)} from (${stored})`;
}

/** `s.key = right.key and …` between the spine and a relation of the view. */
export function spineKeys(view: CompiledView, right: string): Sql {
  return join(
    view.joinKeys.map(({ name }) => sql`${id("s", keyColumn(name))} = ${id(right, name)}`),
    " and ",
  );
}

/** `left.key = right.key and …` over the join keys. */
export function sameKeys(view: CompiledView, left: string, right: string): Sql {
  return join(
    view.joinKeys.map(({ name }) => sql`${id(left, name)} = ${id(right, name)}`),
    " and ",
  );
}
