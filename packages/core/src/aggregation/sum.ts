import { TeselaError } from "../errors/tesela-error.ts";
import { sql } from "../sql/sql.ts";
import type { ValueType } from "../value/value-type.ts";
import type { Aggregate, Partial, PartialValue } from "./aggregate.ts";

const INT64_MAX = 2n ** 63n - 1n;

/** The sum of the non-null values, null of none; exact for int64 whatever the order (128 bits wide). */
export function sumPartial(column: string, input: ValueType): Partial {
  const isInteger = input === "int64";
  return {
    name: `${column}__sum`,
    column,
    type: isInteger ? "int128" : "float64",
    strategy: "difference",
    empty: null,
    lift: (value) => value,
    merge: add,
    liftSql: (values) => (isInteger ? sql`sum(${values})::decimal(38, 0)` : sql`sum(${values})`),
    mergeSql: (partials) => sql`sum(${partials})`,
  };
}

function add(a: PartialValue, b: PartialValue): PartialValue {
  if (a === null || b === null) return a ?? b;
  if (typeof a === "bigint" && typeof b === "bigint") return a + b;
  return (a as number) + (b as number);
}

/** `sum`: of int64 an int64 that refuses to overflow (TIME T6), of float64 a float64; null of none. */
export const sum: Aggregate = {
  name: "sum",
  resultType: (input) => (input === "int64" || input === "float64" ? input : null),
  partials: (column, input) => [sumPartial(column, input)],
  finalize: ([total]) => checkInt64(total ?? null),
  fitsSql: ([total], input) =>
    input === "int64"
      ? sql`coalesce(${total!} between ${-INT64_MAX - 1n} and ${INT64_MAX}, true)`
      : sql`true`,
  finalizeSql: ([total], input) => (input === "int64" ? sql`${total!}::bigint` : total!),
};

function checkInt64(total: PartialValue): PartialValue {
  if (typeof total !== "bigint" || (total <= INT64_MAX && total >= -INT64_MAX - 1n)) return total;
  throw new TeselaError("VALUE_ERROR", `A sum of int64 values, ${total}, does not fit an int64.`, {
    fix: "Cast the column to double in the transformation.",
  });
}
