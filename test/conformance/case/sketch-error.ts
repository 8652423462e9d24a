import type { Value } from "@tesela/core";
import type { RawFeature } from "../../oracle/raw-view.ts";

/** The precisions of functions that are not told one. */
const DEFAULTS = { approxCountDistinct: 8, approxPercentile: 100 };

/**
 * Whether a sketch's value is within its stated error of the exact one: distinct counts within four standard errors
 * of HyperLogLog, 1.04 / √2^precision, a quarter as many values as registers exactly; percentiles within
 * 1 / precision of their size.
 */
export function isWithinSketch(feature: RawFeature | undefined, exact: Value, got: Value): boolean {
  if (feature?.kind !== "aggregate") return false;
  if (feature.function === "approxCountDistinct" && typeof exact === "bigint" && typeof got === "bigint") {
    const registers = 2 ** (feature.precision ?? DEFAULTS.approxCountDistinct);
    const error = exact <= registers / 4 ? 0 : (4 * 1.04 * Number(exact)) / Math.sqrt(registers);
    return Math.abs(Number(got - exact)) <= error;
  }
  if (feature.function === "approxPercentile" && typeof exact === "number" && typeof got === "number") {
    const error = Math.abs(exact) / (feature.precision ?? DEFAULTS.approxPercentile);
    return Number.isFinite(exact) && Math.abs(got - exact) <= error;
  }
  return false;
}
