import type { Aggregate, AggregateName } from "./aggregate.ts";
import { count } from "./count.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { min } from "./min.ts";
import { sum } from "./sum.ts";

/** Every function by its name; the compiler finds one that is declared and not written. */
export const aggregates: Readonly<Record<AggregateName, Aggregate>> = {
  count,
  sum,
  mean,
  min,
  max,
};
