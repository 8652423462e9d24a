import type { AggregateFamily, AggregateName } from "./aggregate.ts";
import { approxCountDistinct } from "./approx-count-distinct.ts";
import { approxPercentile } from "./approx-percentile.ts";
import { count } from "./count.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { min } from "./min.ts";
import { withoutParameters } from "./parameters.ts";
import { first, firstDistinct, last, lastDistinct } from "./sequence.ts";
import { sum } from "./sum.ts";
import { stddevPop, stddevSamp, varPop, varSamp } from "./variance.ts";

/** Every function by its name; the compiler finds one that is declared and not written. */
export const aggregates: Readonly<Record<AggregateName, AggregateFamily>> = {
  count: withoutParameters(count),
  sum: withoutParameters(sum),
  mean: withoutParameters(mean),
  min: withoutParameters(min),
  max: withoutParameters(max),
  varPop: withoutParameters(varPop),
  varSamp: withoutParameters(varSamp),
  stddevPop: withoutParameters(stddevPop),
  stddevSamp: withoutParameters(stddevSamp),
  last,
  first,
  lastDistinct,
  firstDistinct,
  approxCountDistinct,
  approxPercentile,
};
