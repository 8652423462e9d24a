import { formatDuration, type DurationMicros } from "../time/duration.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Why a text cannot be a name, or `null` when it can: a letter first, 63 characters, no `__`. */
export function nameProblem(name: unknown): string | null {
  if (typeof name !== "string" || !NAME.test(name)) return `${JSON.stringify(name)} is not a name`;
  return name.includes("__") ? `"${name}" holds "__", which is kept for the platform` : null;
}

/** The fix for `nameProblem`. */
export const NAME_FIX = 'Use letters, digits and single "_", a letter first, at most 63 characters.';

/** The parts of a default aggregate name; a size of `null` is a lifetime window, no interval continuous. */
export interface AggregateNameParts {
  readonly column: string;
  readonly function: string;
  readonly size: DurationMicros | null;
  readonly offset: DurationMicros;
  readonly interval: DurationMicros | null;
  readonly n?: number | undefined;
  readonly percentile?: number | undefined;
}

/**
 * The default name of an aggregate, `{column}_{fn}_{window}_{interval}`, such as `delay_mean_1d_1h`; how many
 * and which percentile stand after the function: `merchant_last_distinct_10_1h_10m`.
 */
export function defaultAggregateName(parts: AggregateNameParts): string {
  const { column, size, offset, interval, n, percentile } = parts;
  const words = [column, snakeCase(parts.function)];
  if (n !== undefined) words.push(String(n));
  if (percentile !== undefined) words.push(percentName(percentile));
  words.push(size === null ? "lifetime" : formatDuration(size));
  if (offset !== 0n) words.push("offset", formatDuration((offset < 0n ? -offset : offset) as DurationMicros));
  words.push(interval === null ? "continuous" : formatDuration(interval));
  return words.join("_");
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `0.95` is `95`, `0.995` is `99_5`. */
function percentName(percentile: number): string {
  const percent = (percentile * 100).toFixed(10).replace(/\.?0+$/, "");
  return percent.replace(".", "_");
}
