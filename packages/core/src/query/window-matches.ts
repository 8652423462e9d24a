import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import { sameKeys, type RelationNames } from "./probes.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowFramesSql } from "./window-frames.ts";
import { windowPrefixesSql } from "./window-prefixes.ts";
import { windowSlots } from "./window-slots.ts";

/** For each probe the merged partials of every window (TIME T4), one column a slot. */
export function windowMatchesSql(view: CompiledView, shape: AggregateShape, names: RelationNames): Sql {
  const slots = windowSlots(shape);
  const subtractable = slots.filter(({ partial }) => partial.isSubtractable);
  const others = slots.filter(({ partial }) => !partial.isSubtractable);
  if (others.length === 0) return windowPrefixesSql(view, names, subtractable);
  if (subtractable.length === 0) return windowFramesSql(view, names, others);
  return sql`select ${keyList(view, "f")}, ${id("f", BOUND)}, ${join(
    slots.map(({ name }) => id(name)),
    ", ",
  )}
from (${windowFramesSql(view, names, others)}) as f
left join (${windowPrefixesSql(view, names, subtractable)}) as x
  on ${sameKeys(view, "f", "x")} and ${id("f", BOUND)} = ${id("x", BOUND)}`;
}
