import { sql, trusted, type Sql } from "../sql/sql.ts";
import { duckdbTypeOf } from "../value/duckdb-type.ts";
import type { ValueType } from "../value/value-type.ts";
import type {
  Aggregate,
  AggregateFamily,
  AggregateName,
  Partial,
  PartialCell,
  PartialValue,
} from "./aggregate.ts";
import { ascending, bind, concatenated, each, keep, ofAny } from "./list-sql.ts";
import { integerProblem, refuseOthers } from "./parameters.ts";

/** How many values the functions of lists may give. */
const LENGTHS = { least: 1, greatest: 1000 };

/** Which end of the values in time order a list is. */
type End = "last" | "first";

/** A way to cut values in time order down to a list; doing so to parts first changes nothing. */
interface Cut {
  ofValues(values: readonly PartialCell[], n: number): readonly PartialCell[];
  ofSql(values: Sql, n: number): Sql;
  /** SQL aggregate: the same of the values of a group, in the order of `place`. */
  ofGroupSql(values: Sql, place: Sql, n: number): Sql;
}

/** `last(n)`: the n newest non-null values, ascending by event time (TIME T6, T8); `[]` of none. */
export const last = sequence("last", {
  ofValues: ends("last"),
  ofSql: endsSql("last"),
  ofGroupSql: (values, place, n) => sql`list_reverse(${extremeSql("arg_max", values, place, n)})`,
});

/** `first(n)`: the n oldest non-null values, ascending by event time; `[]` of none. */
export const first = sequence("first", {
  ofValues: ends("first"),
  ofSql: endsSql("first"),
  ofGroupSql: (values, place, n) => extremeSql("arg_min", values, place, n),
});

/** `lastDistinct(n)`: the n values seen most recently, ascending by their latest occurrence (TIME T6). */
export const lastDistinct = sequence("lastDistinct", {
  ofValues: (values, n) => ends("last")(latest(values), n),
  ofSql: (values, n) => distinctSql("last", values, n),
  ofGroupSql: (values, place, n) => distinctSql("last", ascending(values, place), n),
});

/** `firstDistinct(n)`: the n values seen first, ascending by their first occurrence (TIME T6). */
export const firstDistinct = sequence("firstDistinct", {
  ofValues: (values, n) => ends("first")(earliest(values), n),
  ofSql: (values, n) => distinctSql("first", values, n),
  ofGroupSql: (values, place, n) => distinctSql("first", ascending(values, place), n),
});

function sequence(name: AggregateName, cut: Cut): AggregateFamily {
  return {
    problem: (parameters) => refuseOthers(parameters, ["n"]) ?? integerProblem(parameters, "n", LENGTHS),
    of: ({ n }) => ofLength(name, cut, n!),
  };
}

function ofLength(name: AggregateName, cut: Cut, n: number): Aggregate {
  return {
    name,
    resultType: (input) => `${input}[]`,
    partials: (column, input) => [sequencePartial(`${column}__${name}_${n}`, column, input, cut, n)],
    finalize: ([values]) => values ?? [],
    finalizeSql: ([values], input) => sql`coalesce(${values!}, []::${trusted(duckdbTypeOf[input])}[])`,
  };
}

function sequencePartial(name: string, column: string, input: ValueType, cut: Cut, n: number): Partial {
  return {
    name,
    column,
    type: `${input}[]`,
    strategy: "tree",
    empty: null,
    lift: (value) => (value === null ? null : [value as PartialCell]),
    merge: (earlier, later) => {
      if (earlier === null || later === null) return earlier ?? later;
      return cut.ofValues([...listOf(earlier), ...listOf(later)], n);
    },
    liftSql: (values, place) => ofAny(values, cut.ofGroupSql(values, place, n)),
    mergeSql: (partials, at) => ofAny(partials, cut.ofSql(concatenated(partials, at), n)),
  };
}

function listOf(partial: PartialValue): readonly PartialCell[] {
  return partial as readonly PartialCell[];
}

function ends(end: End): Cut["ofValues"] {
  return (values, n) => (end === "last" ? values.slice(-n) : values.slice(0, n));
}

function endsSql(end: End): Cut["ofSql"] {
  return (values, n) => (end === "last" ? sql`(${values})[${BigInt(-n)}:]` : sql`(${values})[:${BigInt(n)}]`);
}

/** SQL aggregate: the n values that are not null of the greatest or least places, from these inwards. */
function extremeSql(name: "arg_max" | "arg_min", values: Sql, place: Sql, n: number): Sql {
  return sql`${trusted(name)}(${values}, ${place}, ${BigInt(n)}) filter (where ${values} is not null)`;
}

function earliest(values: readonly PartialCell[]): readonly PartialCell[] {
  const seen = new Map<unknown, PartialCell>();
  for (const value of values) if (!seen.has(identity(value))) seen.set(identity(value), value);
  return [...seen.values()];
}

function latest(values: readonly PartialCell[]): readonly PartialCell[] {
  return earliest(values.toReversed()).toReversed();
}

/** Equality of a Map's keys is that of TIME T6 (NaN equals NaN, −0 equals 0) but for arrays of bytes. */
function identity(value: PartialCell): unknown {
  return value instanceof Uint8Array ? value.join(" ") : value;
}

/**
 * Sorts (value, place) so that equal values stand together, keeps of each the place that counts, and sorts
 * by place: far from quadratic, whatever the number of values.
 */
function distinctSql(end: End, values: Sql, n: number): Sql {
  const step = end === "last" ? sql`1` : sql`-1`;
  return bind(values, "vs", (vs) => {
    const places = sql`range(0, ${step} * len(${vs}), ${step})`;
    const chosen = bind(sql`list_sort(list_zip(${vs}, ${places}))`, "sorted", (sorted) =>
      keep(
        sql`list_zip(${sorted}, ${sorted}[2:])`,
        "z",
        (z) => sql`${z}[2] is null or ${z}[1][1] is distinct from ${z}[2][1]`,
      ),
    );
    const byPlace = each(chosen, "z", (z) => sql`{'place': ${step} * ${z}[1][2], 'value': ${z}[1][1]}`);
    const cut = endsSql(end)(sql`list_sort(${byPlace})`, n);
    return each(cut, "kept", (kept) => sql`${kept}.value`);
  });
}
