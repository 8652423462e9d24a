import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";
import { KEY_NUMBER, SPINE_ROW } from "./columns.ts";
import { joinedViewsOf, type JoinedView } from "./joined-view.ts";
import { keyNumbersOf, keyNumbersSql, type KeyNumbers } from "./key-numbers.ts";
import { statusColumn } from "./read-status.ts";
import { refuseCollisions, type ReadView } from "./read-view.ts";
import { spineSql, type Spine } from "./spine.ts";

/**
 * The point-in-time join: every spine row once, in order, all its columns first and unchanged (TIME T10),
 * then `view.feature` columns of each view, then the status of each view.
 */
export function pointInTimeSql(spine: Spine, views: readonly ReadView[]): Sql {
  const own = spine.columns.map(({ name }) => name);
  refuseCollisions(own, views);
  const numbers = keyNumbersOf(views);
  const joined = joinedViewsOf(views, numbers);
  const columns = own.map((name) => id("s", name));
  return sql`with ${join(relations(spineSql(spine, views), [...new Set(numbers.values())], joined), ",\n")}
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

function relations(
  spine: Sql,
  numbers: readonly KeyNumbers[],
  joined: readonly JoinedView[],
): readonly Sql[] {
  return [
    sql`${id("__spine")} as (\n${spine}\n)`,
    ...numbers.map((group) => sql`${group.relation} as materialized (\n${keyNumbersSql(group)}\n)`),
    sql`${id("__numbered")} as (\n${numberedSpineSql(numbers)}\n)`,
    ...joined.flatMap((one) => one.relations),
  ];
}

function numberedSpineSql(numbers: readonly KeyNumbers[]): Sql {
  const columns = numbers.map(({ column }, index) => sql`, ${id(`n${index}`, KEY_NUMBER)} as ${id(column)}`);
  const joins = numbers.map(({ relation, keys }, index) => {
    const same = keys.map((key) => sql`${id("s", key)} = ${id(`n${index}`, key)}`);
    return sql`left join ${relation} as ${id(`n${index}`)} on ${join(same, " and ")}`;
  });
  return sql`select s.*${join(columns, "")}
from ${id("__spine")} as s
${join(joins, "\n")}`;
}
