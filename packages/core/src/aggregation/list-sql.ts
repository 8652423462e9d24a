import { nothing, sql, trusted, type Sql } from "../sql/sql.ts";

/** `body` with a name for `value`, which is computed once. Names of nested bodies must differ. */
export function bind(value: Sql, name: string, body: (bound: Sql) => Sql): Sql {
  return sql`${each(sql`[${value}]`, name, body)}[1]`;
}

/** The list of `body` of each element. */
export function each(list: Sql, name: string, body: (element: Sql) => Sql): Sql {
  return sql`list_transform(${list}, lambda ${trusted(name)}: ${body(trusted(name))})`;
}

/** The elements of a list for which `condition` holds, in order. */
export function keep(list: Sql, name: string, condition: (element: Sql) => Sql): Sql {
  return sql`list_filter(${list}, lambda ${trusted(name)}: ${condition(trusted(name))})`;
}

/** SQL aggregate: the values of a group that are not null as a list, in an order where one is given. */
export function listed(values: Sql, ascending?: Sql): Sql {
  const order = ascending === undefined ? nothing : sql` order by ${ascending}`;
  return sql`list(${values}${order}) filter (where ${values} is not null)`;
}

/**
 * SQL aggregate: the lists of a group that are not null, one after the other in the order of `at`, which
 * differ. Sorting in the aggregate itself (`order by`) takes ten times as long.
 */
export function concatenated(lists: Sql, at: Sql): Sql {
  const order = sql`list_grade_up(list(${at}) filter (where ${lists} is not null))`;
  return sql`flatten(list_select(${listed(lists)}, ${order}))`;
}

/** SQL aggregate: `aggregate` of a group in which any of `values` is not null; else null. */
export function ofAny(values: Sql, aggregate: Sql): Sql {
  return sql`case when count(${values}) > 0 then ${aggregate} end`;
}
