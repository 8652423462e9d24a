import type { Value } from "@tesela/core";
import type { RawFeature } from "../../oracle/raw-view.ts";

/** The precisions of functions that are not told one. */
const DEFAULTS = { approxCountDistinct: 8, approxPercentile: 100 };

/**
 * Whether a sketch's value is within its stated error of the exact one: distinct counts within four standard errors
 * of HyperLogLog, 1.04 / √2^precision, rounded down, so that few values are counted exactly; percentiles within
 * 1 / precision of their size.
 */
export function isWithinSketch(feature: RawFeature | undefined, exact: Value, got: Value): boolean {
  if (feature?.kind !== "aggregate") return false;
  if (feature.function === "approxCountDistinct" && typeof exact === "bigint" && typeof got === "bigint") {
    const deviation = 1.04 / Math.sqrt(2 ** (feature.precision ?? DEFAULTS.approxCountDistinct));
    return Math.abs(Number(got - exact)) <= Math.floor(4 * deviation * Number(exact));
  }
  if (feature.function === "approxPercentile" && typeof exact === "number" && typeof got === "number") {
    const error = Math.abs(exact) / (feature.precision ?? DEFAULTS.approxPercentile);
    return Number.isFinite(exact) && Math.abs(got - exact) <= error;
  }
  return false;
}
