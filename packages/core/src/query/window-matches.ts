import type { WindowStrategy } from "../aggregation/aggregate.ts";
import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, trusted, type Sql } from "../sql/sql.ts";
import { BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import { sameKeys, type RelationNames } from "./probes.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowDifferencesSql } from "./window-differences.ts";
import { endOf, windowEndsSql } from "./window-ends.ts";
import { windowFramesSql } from "./window-frames.ts";
import { isMoments, windowMomentsSql } from "./window-moments.ts";
import { windowSlots, type WindowSlot } from "./window-slots.ts";
import { windowTreeSql } from "./window-tree.ts";

/** A plan that gives, for each probe, the merged partials of slots; it may leave out a probe without tiles. */
type WindowPlan = (view: CompiledView, names: RelationNames, slots: readonly WindowSlot[]) => Sql;

type PlanName = WindowStrategy | "moments" | "ends";

const PLANS: Readonly<Record<PlanName, WindowPlan>> = {
  difference: windowDifferencesSql,
  moments: windowMomentsSql,
  ends: windowEndsSql,
  frame: windowFramesSql,
  tree: windowTreeSql,
};

/** For each probe the merged partials of every window (TIME T4), one column a slot; null where no tile is. */
export function windowMatchesSql(view: CompiledView, shape: AggregateShape, names: RelationNames): Sql {
  const slots = windowSlots(shape);
  const parts = [...Map.groupBy(slots, groupOf).values()].map((own) =>
    PLANS[planOf(own[0]!)](view, names, own),
  );
  if (parts.length === 1) return parts[0]!;
  return sql`select ${keyList(view, "p")}, ${id("p", BOUND)}, ${join(
    slots.map(({ name }) => id(name)),
    ", ",
  )}
from ${names.probes} as p
${join(
  parts.map((part, index) => joinSql(view, part, `w${index}`)),
  "\n",
)}`;
}

function planOf({ partial }: WindowSlot): PlanName {
  if (isMoments(partial)) return "moments";
  return endOf(partial) === null ? partial.strategy : "ends";
}

/** Slots of one plan share it, but for those that look only at the tiles of their own partial. */
function groupOf(slot: WindowSlot): string {
  return planOf(slot) === "ends" ? slot.partial.name : planOf(slot);
}

function joinSql(view: CompiledView, part: Sql, alias: string): Sql {
  return sql`left join (${part}) as ${trusted(alias)}
  on ${sameKeys(view, "p", alias)} and ${id("p", BOUND)} = ${id(alias, BOUND)}`;
}
