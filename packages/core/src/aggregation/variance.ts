import { sql, type Sql } from "../sql/sql.ts";
import type { Aggregate, AggregateName, PartialValue } from "./aggregate.ts";
import { momentsPartial, type Moments } from "./moments.ts";

interface Spread {
  /** What is taken from the number of values: 1 makes the estimate of a sample unbiased. */
  readonly freedom: 0 | 1;
  readonly isRoot: boolean;
}

/** `varPop`: the mean squared distance from the mean, 0 of one value, null of none (TIME T6). */
export const varPop = spread("varPop", { freedom: 0, isRoot: false });

/** `varSamp`: the unbiased variance of a sample; null of fewer than two values (TIME T6). */
export const varSamp = spread("varSamp", { freedom: 1, isRoot: false });

/** `stddevPop`: the square root of `varPop`. */
export const stddevPop = spread("stddevPop", { freedom: 0, isRoot: true });

/** `stddevSamp`: the square root of `varSamp`. */
export const stddevSamp = spread("stddevSamp", { freedom: 1, isRoot: true });

/** Of int64 and float64, as float64; NaN where a value is NaN or infinite, or its square is. */
function spread(name: AggregateName, { freedom, isRoot }: Spread): Aggregate {
  return {
    name,
    resultType: (input) => (input === "int64" || input === "float64" ? "float64" : null),
    partials: (column) => [momentsPartial(column)],
    finalize: ([moments]) => {
      const variance = varianceOf(moments ?? null, freedom);
      return variance !== null && isRoot ? Math.sqrt(variance) : variance;
    },
    finalizeSql: ([moments]) => {
      const variance = varianceSql(moments!, freedom);
      return isRoot ? sql`sqrt(${variance})` : variance;
    },
  };
}

function varianceOf(moments: PartialValue, freedom: number): number | null {
  if (moments === null) return null;
  const [n, , m2] = moments as unknown as Moments;
  if (n <= freedom) return null;
  return Number.isFinite(m2) ? m2 / (n - freedom) : Number.NaN;
}

function varianceSql(moments: Sql, freedom: 0 | 1): Sql {
  const [n, m2] = [sql`${moments}[1]`, sql`${moments}[3]`];
  return sql`case
  when ${n} > ${BigInt(freedom)} then
    case when isfinite(${m2}) then ${m2} / (${n} - ${BigInt(freedom)}) else 'nan'::double end
end`;
}
