import { sql, trusted, type Sql } from "../sql/sql.ts";

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

/** SQL aggregate: the values of a group that are not null as a list. */
export function listed(values: Sql): Sql {
  return sql`list(${values}) filter (where ${values} is not null)`;
}

/** SQL aggregate: the same in the order of `place`; `order by` in the aggregate takes ten times as long. */
export function ascending(values: Sql, place: Sql): Sql {
  const order = sql`list_grade_up(list(${place}) filter (where ${values} is not null))`;
  return sql`list_select(${listed(values)}, ${order})`;
}

/** SQL aggregate: the lists of a group that are not null, one after the other in the order of `place`. */
export function concatenated(lists: Sql, place: Sql): Sql {
  return sql`flatten(${ascending(lists, place)})`;
}

/** SQL aggregate: `aggregate` of a group in which any of `values` is not null; else null. */
export function ofAny(values: Sql, aggregate: Sql): Sql {
  return sql`case when count(${values}) > 0 then ${aggregate} end`;
}
