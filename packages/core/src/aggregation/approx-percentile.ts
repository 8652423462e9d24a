import { sql, trusted, type Sql } from "../sql/sql.ts";
import type { Value } from "../value/value-type.ts";
import type { Aggregate, AggregateFamily, AggregateParameters, Partial, PartialValue } from "./aggregate.ts";
import { bucketOf, bucketSql, middleOf, middleSql } from "./float-bucket.ts";
import { bind, each, keep, listed, ofAny } from "./list-sql.ts";
import { integerProblem, refuseOthers } from "./parameters.ts";
import { mergeCodes } from "./sorted-codes.ts";

const PRECISIONS = { least: 20, greatest: 500 };
const DEFAULT_PRECISION = 100;

/** A code is `(bucket + OFFSET) · COUNTS + count`: codes sort as their buckets do. */
const OFFSET = 1n << 20n;
const COUNTS = 1n << 40n;

/** Up to how many codes are merged at once. */
const FEW_CODES = 512n;

/**
 * `approxPercentile(percentile, precision)` of int64 or float64, as float64; null of none (TIME T6). The
 * exact answer is the value of rank `floor(1 + percentile · (n − 1))` in the order of TIME T6 (NaN is the
 * greatest); what is given lies within `1 / precision` of its size (20 to 500, 100 unless told; magnitudes
 * below 2^−1022 are 0). It does not depend on the order of merging: the sketch counts values in buckets, of
 * which the least power of two that is not below `precision / 2` cut each power of two.
 */
export const approxPercentile: AggregateFamily = {
  problem: (parameters) =>
    refuseOthers(parameters, ["percentile", "precision"]) ??
    percentileProblem(parameters) ??
    (parameters.precision === undefined ? null : integerProblem(parameters, "precision", PRECISIONS)),
  of: ({ percentile, precision }) => ofPercentile(percentile!, bitsOf(precision ?? DEFAULT_PRECISION)),
};

function percentileProblem({ percentile }: AggregateParameters): string | null {
  if (percentile !== undefined && percentile >= 0 && percentile <= 1) return null;
  return `percentile must be a number from 0 to 1, found ${percentile ?? "none"}`;
}

function bitsOf(precision: number): number {
  return Math.ceil(Math.log2(precision / 2));
}

function ofPercentile(percentile: number, bits: number): Aggregate {
  return {
    name: "approxPercentile",
    resultType: (input) => (input === "int64" || input === "float64" ? "float64" : null),
    partials: (column) => [bucketsPartial(column, bits)],
    finalize: ([codes]) => (codes == null ? null : valueAt(codes as readonly bigint[], percentile, bits)),
    finalizeSql: ([codes]) => valueAtSql(codes!, percentile, bits),
  };
}

/** How many values lie in each bucket that holds any, ascending. */
function bucketsPartial(column: string, bits: number): Partial {
  return {
    name: `${column}__buckets_${bits}`,
    column,
    type: "int64[]",
    strategy: "tree",
    empty: null,
    lift: (value) => lift(value, bits),
    merge: addCounts,
    liftSql: (values) => ofAny(values, liftSql(sql`${values}::double`, bits)),
    mergeSql,
  };
}

function lift(value: Value, bits: number): PartialValue {
  return value === null ? null : [(BigInt(bucketOf(Number(value), bits)) + OFFSET) * COUNTS + 1n];
}

function addCounts(earlier: PartialValue, later: PartialValue): PartialValue {
  if (earlier === null || later === null) return earlier ?? later;
  const [a, b] = [earlier as readonly bigint[], later as readonly bigint[]];
  return mergeCodes(a, b, COUNTS, (x, y) => x + (y % COUNTS));
}

function valueAt(codes: readonly bigint[], percentile: number, bits: number): number {
  const total = codes.reduce((sum, code) => sum + (code % COUNTS), 0n);
  let rank = BigInt(Math.floor(1 + percentile * (Number(total) - 1)));
  for (const code of codes) {
    rank -= code % COUNTS;
    if (rank <= 0n) return middleOf(Number(code / COUNTS - OFFSET), bits);
  }
  return Number.NaN;
}

/** How many of a bucket there are is how long its run among the sorted buckets is. */
function liftSql(values: Sql, bits: number): Sql {
  const buckets = each(listed(values), "value", (value) => sql`(${bucketSql(value, bits)})::bigint`);
  return bind(sql`list_sort(${buckets})`, "sorted", (sorted) =>
    eachRun(
      sorted,
      (code) => code,
      ({ last, before, end }) => sql`(${last} + ${OFFSET}) * ${COUNTS} + ${end} - ${before}`,
    ),
  );
}

/** A run of elements in a sorted list: its last one, that one's place, and how many elements are before the run. */
interface Run {
  readonly last: Sql;
  readonly end: Sql;
  readonly before: Sql;
}

/** The list of `body` of each run of elements that have the same slot. */
function eachRun(sorted: Sql, slot: (element: Sql) => Sql, body: (run: Run) => Sql): Sql {
  const lasts = keep(
    sql`list_zip(${sorted}, ${sorted}[2:], range(1, len(${sorted}) + 1))`,
    "z",
    (z) => sql`${slot(sql`${z}[1]`)} is distinct from ${slot(sql`${z}[2]`)}`,
  );
  return bind(lasts, "lasts", (ends) => {
    const before = sql`[0::bigint] || ${each(ends, "before", (end) => sql`${end}[3]`)}`;
    return each(sql`list_zip(${ends}, (${before})[:len(${ends})])`, "e", (e) =>
      body({ last: sql`${e}[1][1]`, end: sql`${e}[1][3]`, before: sql`${e}[2]` }),
    );
  });
}

/**
 * Sketches of few codes are sorted at once, which of 24 takes a fifth of the time; each run copies all of them,
 * so that many codes are better added up sketch by sketch.
 */
function mergeSql(partials: Sql): Sql {
  const codes = sql`flatten(${listed(partials)})`;
  return sql`case
  when len(${codes}) <= ${FEW_CODES} then ${addRunsSql(codes)}
  else list_reduce(${listed(partials)}, lambda x, y: ${addCountsSql(sql`x || y`)})
end`;
}

/** Adds the counts of each bucket, which may stand any number of times: takes off it all but one of the buckets. */
function addRunsSql(codes: Sql): Sql {
  return bind(sql`list_sort(${codes})`, "sorted", (sorted) =>
    eachRun(sorted, bucket, ({ last, before, end }) => {
      const others = sql`(${end} - ${before} - 1)::hugeint * (${bucket(last)} * ${COUNTS})`;
      const added = sql`(list_sum(${sorted}[${before} + 1:${end}]) - ${others})::bigint`;
      return sql`case when ${end} - ${before} = 1 then ${last} else ${added} end`;
    }),
  );
}

/** Adds the counts of two sketches, in which a bucket stands twice at most. */
function addCountsSql(codes: Sql): Sql {
  return bind(sql`list_sort(${codes})`, "sorted", (sorted) => {
    const neighbours = sql`list_zip(${sorted}, ([null::bigint] || ${sorted})[:len(${sorted})], ${sorted}[2:])`;
    const firsts = keep(
      neighbours,
      "z",
      (z) => sql`${z}[2] is null or ${bucket(sql`${z}[1]`)} <> ${bucket(sql`${z}[2]`)}`,
    );
    return each(
      firsts,
      "z",
      (z) =>
        sql`${z}[1] + case when ${bucket(sql`${z}[1]`)} = ${bucket(sql`${z}[3]`)} then ${count(sql`${z}[3]`)} else 0 end`,
    );
  });
}

/** Takes counts off the rank until it is reached; from then on the minus of the code that did. */
function valueAtSql(codes: Sql, percentile: number, bits: number): Sql {
  const total = sql`list_sum(${each(codes, "code", count)})`;
  const rank = sql`floor(1 + ${trusted(`'${percentile}'::double`)} * (${total} - 1)::double)::bigint`;
  const step = sql`case
  when rank < 0 then rank
  when rank <= ${count(trusted("code"))} then -code
  else rank - ${count(trusted("code"))}
end`;
  const reached = sql`-list_reduce(${codes}, lambda rank, code: ${step}, ${rank})`;
  return bind(sql`${bucket(sql`(${reached})`)} - ${OFFSET}`, "bucket", (found) => middleSql(found, bits));
}

function bucket(code: Sql): Sql {
  return sql`${code} // ${COUNTS}`;
}

function count(code: Sql): Sql {
  return sql`${code} % ${COUNTS}`;
}
