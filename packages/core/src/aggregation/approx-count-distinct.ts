import { sql } from "../sql/sql.ts";
import type { Scalar, ValueType } from "../value/value-type.ts";
import type { Aggregate, AggregateFamily, Partial, PartialValue } from "./aggregate.ts";
import { hash64, hash64Sql } from "./hash64.ts";
import { listed, ofAny } from "./list-sql.ts";
import { integerProblem, refuseOthers } from "./parameters.ts";
import { countSketch, countSketchSql, fineCode, fineCodeSql, mergeSketches, sketchSql } from "./sketch.ts";

const PRECISIONS = { least: 4, greatest: 16 };
const DEFAULT_PRECISION = 8;

/**
 * `approxCountDistinct(precision)`: how many distinct values, by HyperLogLog with 2^precision registers
 * (4 to 16, 8 unless told); 0 of none (TIME T6). Up to a quarter as many values as registers are counted one by
 * one; beyond, the standard error is 1.04 / sqrt(2^precision): 26 % at 4, 6.5 % at 8, 0.4 % at 16. The answer does
 * not depend on the order of merging.
 */
export const approxCountDistinct: AggregateFamily = {
  problem: (parameters) =>
    refuseOthers(parameters, ["precision"]) ??
    integerProblem(
      { precision: DEFAULT_PRECISION, ...defined(parameters.precision) },
      "precision",
      PRECISIONS,
    ),
  of: ({ precision }) => distinctCount(precision ?? DEFAULT_PRECISION),
};

function defined(precision: number | undefined): { precision?: number } {
  return precision === undefined ? {} : { precision };
}

function distinctCount(precision: number): Aggregate {
  return {
    name: "approxCountDistinct",
    resultType: () => "int64",
    partials: (column, input) => [sketchPartial(column, input, precision)],
    finalize: ([sketch]) => countSketch((sketch ?? []) as readonly bigint[], precision),
    finalizeSql: ([sketch]) => countSketchSql(sketch!, precision),
  };
}

function sketchPartial(column: string, input: ValueType, precision: number): Partial {
  return {
    name: `${column}__registers_${precision}`,
    column,
    type: "int64[]",
    strategy: "tree",
    empty: null,
    lift: (value) => (value === null ? null : [fineCode(hash64(value as Scalar))]),
    merge: (earlier, later) => merge(earlier, later, precision),
    liftSql: (values) => ofAny(values, sketchSql(listed(fineCodeSql(hash64Sql(values, input))), precision)),
    mergeSql: (partials) => ofAny(partials, sketchSql(sql`flatten(${listed(partials)})`, precision)),
  };
}

function merge(earlier: PartialValue, later: PartialValue, precision: number): PartialValue {
  if (earlier === null || later === null) return earlier ?? later;
  return mergeSketches(earlier as readonly bigint[], later as readonly bigint[], precision);
}
