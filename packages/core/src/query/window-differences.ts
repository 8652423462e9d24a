import type { CompiledView } from "../definition/compile.ts";
import { join, sql, trusted, type Sql } from "../sql/sql.ts";
import { keyList } from "./events.ts";
import type { RelationNames } from "./probes.ts";
import { isFixedPoint, isWildSql } from "./running-total.ts";
import { windowFramesSql } from "./window-frames.ts";
import { windowPrefixesSql } from "./window-prefixes.ts";
import { partialsOf, type WindowSlot } from "./window-slots.ts";

/**
 * Windows of partials that add up. Running totals are exact (TIME T6: what left the window is forgotten)
 * unless a double of a key's tiles is beyond fixed point: such keys, mostly none, are answered by frames.
 */
export function windowDifferencesSql(
  view: CompiledView,
  names: RelationNames,
  slots: readonly WindowSlot[],
): Sql {
  const doubles = partialsOf(slots).filter(isFixedPoint);
  if (doubles.length === 0) return windowPrefixesSql(view, names, slots);
  const wild = sql`select distinct ${keyList(view)}
  from ${names.stored}
  where ${join(doubles.map(isWildSql), " or ")}`;
  const where = (relation: Sql, is: "semi" | "anti"): Sql =>
    sql`(select * from ${relation} ${trusted(is)} join (${wild}) using (${keyList(view)}))`;
  const tame = { ...names, probes: where(names.probes, "anti") };
  const rest = { ...names, probes: where(names.probes, "semi"), stored: where(names.stored, "semi") };
  return sql`${windowPrefixesSql(view, tame, slots)}
union all by name
${windowFramesSql(view, rest, slots)}`;
}
