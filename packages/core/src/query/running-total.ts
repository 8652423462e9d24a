import type { Partial } from "../aggregation/aggregate.ts";
import { id } from "../sql/quote.ts";
import { sql, trusted, type Sql } from "../sql/sql.ts";

/** Fixed point: a double times this, as a 128-bit integer. */
const SCALE = trusted(`${2 ** 64}::double`);
/** Above it 2^23 tiles of one key would not fit 128 bits; below the other a rounding of 2^-65 would tell. */
const [LARGEST, SMALLEST] = [2 ** 40, 2 ** -24].map((limit) => trusted(`${limit}::double`)) as [Sql, Sql];

/** What a running total adds up: integers, so that a difference is exact (TIME T6), doubles in fixed point. */
export function addendSql({ name, type }: Partial): Sql {
  if (type !== "float64") return id(name);
  return sql`case when abs(${id(name)}) <= ${LARGEST} then (${id(name)} * ${SCALE})::hugeint end`;
}

/** The sum that a difference of running totals stands for. */
export function fromDifferenceSql({ type }: Partial, difference: Sql): Sql {
  return type === "float64" ? sql`(${difference}::double / ${SCALE})` : difference;
}

/** Whether the value of a partial is too large, too small, infinite or NaN for fixed point. */
export function isWildSql({ name }: Partial): Sql {
  const size = sql`abs(${id(name)})`;
  return sql`(${size} > ${LARGEST} or (${size} < ${SMALLEST} and ${size} > 0))`;
}

/** Whether a partial's running totals are in fixed point. */
export function isFixedPoint({ type }: Partial): boolean {
  return type === "float64";
}
