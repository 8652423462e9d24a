import { sql, type Sql } from "../sql/sql.ts";
import type { Value } from "../value/value-type.ts";
import type { Partial, PartialValue } from "./aggregate.ts";
import { bind, each, listed, ofAny } from "./list-sql.ts";

/** How many values, their mean, and the sum of their squared distances from it. */
export type Moments = readonly [n: number, mean: number, m2: number];

/**
 * `[n, mean, m2]` of the non-null values, null of none. NaN and ±Infinity make mean and m2 NaN (TIME T6).
 * Nothing is ever squared but a distance from a mean, so that a small variance of large values stays exact
 * enough: TypeScript merges by Chan's formula, DuckDB by two passes over what it merges.
 */
export function momentsPartial(column: string): Partial {
  return {
    name: `${column}__moments`,
    column,
    type: "float64[]",
    strategy: "tree",
    empty: null,
    lift,
    merge: (earlier, later) => {
      if (earlier === null || later === null) return earlier ?? later;
      return mergeMoments(earlier as unknown as Moments, later as unknown as Moments);
    },
    liftSql: (values) => liftSql(sql`${values}::double`),
    mergeSql: (partials) => mergeSql(partials),
  };
}

function lift(value: Value): PartialValue {
  if (value === null) return null;
  const number = Number(value);
  return Number.isFinite(number) ? [1, number, 0] : [1, Number.NaN, Number.NaN];
}

function mergeMoments([n, mean, m2]: Moments, [n2, mean2, m22]: Moments): Moments {
  const total = n + n2;
  const distance = mean2 - mean;
  return [total, mean + (distance * n2) / total, m2 + m22 + distance * distance * ((n * n2) / total)];
}

function liftSql(values: Sql): Sql {
  const finite = each(
    listed(values),
    "x",
    (x) => sql`case when isfinite(${x}) then ${x} else 'nan'::double end`,
  );
  const moments = bind(finite, "vs", (vs) =>
    bind(
      each(vs, "v", (v) => sql`${v} - ${vs}[1]`),
      "ds",
      (ds) =>
        bind(sql`list_sum(${ds}) / len(${ds})`, "shift", (shift) => {
          const squares = each(ds, "d", (d) => sql`(${d} - ${shift}) * (${d} - ${shift})`);
          return sql`[len(${vs})::double, ${vs}[1] + ${shift}, list_sum(${squares})]`;
        }),
    ),
  );
  return ofAny(values, moments);
}

function mergeSql(partials: Sql): Sql {
  const merged = bind(listed(partials), "ms", (ms) =>
    bind(sql`list_sum(${each(ms, "m", (m) => sql`${m}[1]`)})`, "total", (total) => {
      const distances = each(ms, "m", (m) => sql`${m}[1] * (${m}[2] - ${ms}[1][2])`);
      return bind(sql`${ms}[1][2] + list_sum(${distances}) / ${total}`, "centre", (centre) => {
        const squares = each(
          ms,
          "m",
          (m) => sql`${m}[3] + ${m}[1] * (${m}[2] - ${centre}) * (${m}[2] - ${centre})`,
        );
        return sql`[${total}, ${centre}, list_sum(${squares})]`;
      });
    }),
  );
  return ofAny(partials, merged);
}
