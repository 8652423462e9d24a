import type { DurationMicros } from "../time/duration.ts";
import { duration } from "../time/duration.ts";
import type { AggregateDefinition } from "./definition.ts";
import { defaultAggregateName } from "./names.ts";

const NO_OFFSET = duration(0n);
const LIFETIME = "_lifetime_";

/**
 * The name of an aggregate over one tile, `{column}_{fn}_{interval}`: its default name without the window, such
 * as `delay_mean_1h`; an interval of `null` is continuous.
 */
export function tileColumnName(feature: AggregateDefinition, interval: DurationMicros | null): string {
  const { column, function: name, n, percentile } = feature;
  const parts = { column, function: name, size: null, offset: NO_OFFSET, interval, n, percentile };
  const full = defaultAggregateName(parts);
  const at = full.lastIndexOf(LIFETIME);
  return `${full.slice(0, at)}_${full.slice(at + LIFETIME.length)}`;
}
