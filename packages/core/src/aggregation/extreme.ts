import { sql, trusted } from "../sql/sql.ts";
import { compareValues } from "../value/compare.ts";
import type { ValueType } from "../value/value-type.ts";
import type { Aggregate, Partial, PartialType, PartialValue } from "./aggregate.ts";

const PARTIAL_TYPES: Readonly<globalThis.Partial<Record<ValueType, PartialType>>> = {
  int64: "int64",
  float64: "float64",
  string: "string",
  timestamp: "timestamp",
};

/** `min` and `max` are one fold with a sign: the extreme in the order of TIME T6 (NaN is the greatest). */
export function extreme(name: "min" | "max"): Aggregate {
  return {
    name,
    resultType: (input) => (input in PARTIAL_TYPES ? input : null),
    partials: (column, input) => [extremePartial(name, column, input)],
    finalize: ([value]) => value ?? null,
    finalizeSql: ([value]) => value!,
  };
}

function extremePartial(name: "min" | "max", column: string, input: ValueType): Partial {
  const sign = name === "max" ? 1 : -1;
  const pick = (a: PartialValue, b: PartialValue): PartialValue => {
    if (a === null || b === null) return a ?? b;
    return compareValues(a, b) * sign >= 0 ? a : b;
  };
  return {
    name: `${column}__${name}`,
    column,
    type: PARTIAL_TYPES[input]!,
    strategy: "frame",
    empty: null,
    lift: (value) => value,
    merge: pick,
    liftSql: (values) => sql`${trusted(name)}(${values})`,
    mergeSql: (partials) => sql`${trusted(name)}(${partials})`,
  };
}
