import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { AT, BOUND } from "./columns.ts";
import { floorSql } from "./floor-sql.ts";
import { keyList } from "./events.ts";
import { sameKeys, type RelationNames } from "./probes.ts";

/**
 * For each probe the newest row before its bound (TIME T3, T8), unless its ttl is over (TIME T7). One row
 * per key and event time is an invariant of what is stored, so the join has no ties to break.
 */
export function attributeMatchesSql(view: CompiledView, names: RelationNames): Sql {
  const features = view.shape.kind === "attributes" ? view.shape.features : [];
  return sql`select ${keyList(view, "p")}, ${id("p", BOUND)}, ${id("r", AT)}, ${join(
    features.map(({ name }) => id("r", name)),
    ", ",
  )}
from ${names.probes} as p
asof join ${names.stored} as r
  on ${sameKeys(view, "p", "r")} and ${id("p", BOUND)} > ${id("r", AT)}
where ${alive(view)}`;
}

function alive(view: CompiledView): Sql {
  const { ttl, grain } = view.time;
  if (ttl === null) return sql`true`;
  return sql`${id("p", BOUND)} < ${floorSql(id("r", AT), grain)} + ${grain} + ${ttl}`;
}
