import { TeselaError } from "../errors/tesela-error.ts";
import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { duration } from "../time/duration.ts";
import { startBound } from "../time/law.ts";
import type { TimeRange } from "../time/range.ts";
import { aliased } from "../value/duckdb-type.ts";
import { attributeMatchesSql } from "./attribute-matches.ts";
import { BOUND, SPINE_ROW } from "./columns.ts";
import { neededFromSql } from "./needed-sql.ts";
import { probesSql, relationNames, spineKeys, timedSql } from "./probes.ts";
import { boundColumn, spineSql, type Spine } from "./spine.ts";
import { slotsOf } from "./window-slots.ts";
import { windowMatchesSql } from "./window-matches.ts";

/** A view in a historical read: what it stores for the read, and what of its history is missing. */
export interface ReadView {
  readonly view: CompiledView;
  /** SELECT of the stored columns (`storedColumns`): from files, or computed from the source. */
  readonly stored: Sql;
  /** Ranges that are not materialized and whose rows are to become nulls (TIME T12). */
  readonly gaps: readonly TimeRange[];
}

const NO_EMBARGO = duration(0n);

/**
 * The point-in-time join: every spine row once, in order, all its columns first and unchanged (TIME T10),
 * then `view.feature` columns of each view.
 */
export function pointInTimeSql(spine: Spine, views: readonly ReadView[]): Sql {
  const columns = spine.columns.map(({ name }) => id("s", name));
  const features = views.flatMap(({ view, gaps }, index) => featureColumns(view, gaps, index));
  refuseCollisions(spine, features);
  return sql`with ${id("__spine")} as (
${spineSql(
  spine,
  views.map(({ view }) => ({ ...view, embargo: NO_EMBARGO })),
)}
),
${join(views.flatMap(viewRelations), ",\n")}
select ${join([...columns, ...features.map(({ value, name }) => aliased(value, name))])}
from ${id("__spine")} as s
${join(views.map(joinSql), "\n")}
order by ${id("s", SPINE_ROW)}`;
}

function viewRelations({ view, stored }: ReadView, index: number): readonly Sql[] {
  const names = relationNames(index);
  const { shape } = view;
  const matches =
    shape.kind === "attributes" ? attributeMatchesSql(view, names) : windowMatchesSql(view, shape, names);
  return [
    sql`${names.probes} as (\n${probesSql(view, index)}\n)`,
    sql`${names.stored} as (\n${timedSql(stored, view)}\n)`,
    sql`${names.matches} as (\n${matches}\n)`,
  ];
}

function joinSql({ view }: ReadView, index: number): Sql {
  const alias = matchAlias(index);
  return sql`left join ${relationNames(index).matches} as ${id(alias)}
  on ${spineKeys(view, alias)} and ${id("s", boundColumn(index))} = ${id(alias, BOUND)}`;
}

function matchAlias(index: number): string {
  return `m${index}`;
}

interface FeatureColumn {
  readonly name: string;
  readonly value: Sql;
}

function featureColumns(view: CompiledView, gaps: readonly TimeRange[], index: number): FeatureColumn[] {
  const { shape } = view;
  const boundary = id("s", boundColumn(index));
  const named = (name: string): string => `${view.name}.${name}`;
  if (shape.kind === "attributes") {
    return shape.features.map(({ name }) => {
      return {
        name: named(name),
        value: unlessMissing(view, gaps, boundary, id(matchAlias(index), name)),
      };
    });
  }
  return shape.features.map((feature) => {
    const merged = slotsOf(shape, feature, matchAlias(index));
    const value = feature.aggregate.finalizeSql(merged, feature.input);
    const started = sql`case when ${boundary} >= ${startBound(view.time)} then ${value} end`;
    return {
      name: named(feature.name),
      value: unlessMissing(view, gaps, boundary, started),
    };
  });
}

function unlessMissing(view: CompiledView, gaps: readonly TimeRange[], boundary: Sql, value: Sql): Sql {
  if (gaps.length === 0) return value;
  return sql`case when not (${touchesSql(view, gaps, boundary)}) then ${value} end`;
}

/** Whether the answer at a bound needs something of the ranges (TIME T12). */
export function touchesSql(view: CompiledView, gaps: readonly TimeRange[], boundary: Sql): Sql {
  const needed = neededFromSql(view.time, boundary);
  const touched = gaps.map((gap) => sql`(${boundary} > ${gap.start} and ${needed} < ${gap.end})`);
  return sql`${boundary} >= ${startBound(view.time)} and (${join(touched, " or ")})`;
}

function refuseCollisions(spine: Spine, features: readonly FeatureColumn[]): void {
  const taken = new Map(spine.columns.map(({ name }) => [name.toLowerCase(), name]));
  for (const { name } of features) {
    const column = taken.get(name.toLowerCase());
    if (column === undefined) continue;
    throw new TeselaError("VALIDATION", `The spine has a column "${column}", the name of a feature.`, {
      fix: "Rename the column of the spine.",
    });
  }
}
