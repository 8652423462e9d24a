import { id } from "../sql/quote.ts";
import { sql, type Sql } from "../sql/sql.ts";
import type { TimeRange } from "../time/range.ts";
import { BOUND, INSTANT } from "./columns.ts";
import { knownInputSql, knownWindowsSql } from "./known-windows.ts";
import type { RelationNames } from "./probes.ts";
import { changesSql, knownChangesSql } from "./range-changes.ts";
import type { ReadView } from "./read-view.ts";
import { firstInstantSql } from "./spine.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowMatchesSql } from "./window-matches.ts";
import { windowTilesSql } from "./window-values.ts";

/** How windows are rolled up at the instants of a range at which they may change. */
export interface RangePlan {
  /** The relation that windows look at. */
  readonly input: Sql;
  /** Each key with what may change its windows. */
  readonly probes: Sql;
  readonly matches: Sql;
  /** The column by which a key's probes differ. */
  readonly at: string;
  /** The first instant of a probe `p`. */
  readonly from: Sql;
}

type RangePlanner = (
  asked: ReadView,
  shape: AggregateShape,
  range: TimeRange,
  names: RelationNames,
) => RangePlan;

/** Windows change where a tile enters or leaves one; with `knownAt` (TIME T14) also where an event becomes known. */
export const rangePlan: RangePlanner = (asked, ...rest) =>
  (asked.fences.isKnownAt ? knownPlan : tilePlan)(asked, ...rest);

const tilePlan: RangePlanner = (asked, shape, range, names) => ({
  input: windowTilesSql(asked.view, shape, names.stored, asked.stored),
  probes: changesSql(asked, shape, range, names.stored),
  matches: windowMatchesSql(asked.view, shape, names),
  at: BOUND,
  from: sql`greatest(${firstInstantSql(asked, id("p", BOUND))}, ${range.start})`,
});

const knownPlan: RangePlanner = (asked, shape, range, names) => ({
  input: knownInputSql(names, asked.stored),
  probes: knownChangesSql(asked, shape, range, names.stored),
  matches: knownWindowsSql(asked.view, shape, names),
  at: INSTANT,
  from: id("p", INSTANT),
});
