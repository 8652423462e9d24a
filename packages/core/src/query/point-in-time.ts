import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";
import { SPINE_ROW } from "./columns.ts";
import { joinedViewsOf, type JoinedView } from "./joined-view.ts";
import { keyNumbersOf, keyNumbersSql } from "./key-numbers.ts";
import { refuseCollisions, type ReadView } from "./read-view.ts";
import { spineSql, type Spine } from "./spine.ts";

/** The column that says why a row got its values of the view at an index: a place in `READ_STATUSES`. */
export function statusColumn(index: number): string {
  return `__status_${index}`;
}

/**
 * The point-in-time join: every spine row once, in order, all its columns first and unchanged (TIME T10),
 * then `view.feature` columns of each view, then the status of each view.
 */
export function pointInTimeSql(spine: Spine, views: readonly ReadView[]): Sql {
  const own = spine.columns.map(({ name }) => name);
  refuseCollisions(own, views);
  const joined = joinedViewsOf(views);
  const columns = own.map((name) => id("s", name));
  return sql`with ${join(relations(spine, views, joined), ",\n")}
select ${join([...columns, ...joined.flatMap(({ features }) => features), ...statuses(joined)])}
from ${id("__numbered")} as s
${join(
  joined.map((one) => one.join),
  "\n",
)}
order by ${id("s", SPINE_ROW)}`;
}

function statuses(joined: readonly JoinedView[]): readonly Sql[] {
  return joined.map(({ status }, index) => aliased(sql`(${status})::utinyint`, statusColumn(index)));
}

function relations(spine: Spine, views: readonly ReadView[], joined: readonly JoinedView[]): readonly Sql[] {
  const numbers = [...new Set(keyNumbersOf(views).values())];
  return [
    sql`${id("__spine")} as (\n${spineSql(spine, views)}\n)`,
    ...numbers.map((group) => sql`${group.relation} as materialized (\n${keyNumbersSql(group)}\n)`),
    sql`${id("__numbered")} as (\n${numberedSpineSql(numbers)}\n)`,
    ...joined.flatMap((one) => one.relations),
  ];
}

type Numbers = Parameters<typeof keyNumbersSql>[0];

function numberedSpineSql(numbers: readonly Numbers[]): Sql {
  const columns = numbers.map(({ column }, index) => sql`, ${id(`n${index}`, "__key")} as ${id(column)}`);
  const joins = numbers.map(({ relation, keys }, index) => {
    const same = keys.map((key) => sql`${id("s", key)} = ${id(`n${index}`, key)}`);
    return sql`left join ${relation} as ${id(`n${index}`)} on ${join(same, " and ")}`;
  });
  return sql`select s.*${join(columns, "")}
from ${id("__spine")} as s
${join(joins, "\n")}`;
}
