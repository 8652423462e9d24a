import { aggregates } from "../aggregation/all.ts";
import type { FeatureType } from "../value/value-type.ts";
import type { FeatureDefinition } from "./definition.ts";

/** The type of a feature as its declaration tells it; `null` where only the column does. */
export function declaredTypeOf(feature: FeatureDefinition): FeatureType | null {
  if (feature.kind === "attribute") return feature.type;
  if (isCountFeature(feature)) return "int64";
  if (feature.function === "mean") return "float64";
  if (feature.columnType === undefined) return null;
  return aggregates[feature.function].of(feature).resultType(feature.columnType);
}

/** Whether a feature is a count, exact or estimated: an int64 that users see as a number. */
export function isCountFeature(feature: FeatureDefinition): boolean {
  if (feature.kind !== "aggregate") return false;
  return feature.function === "count" || feature.function === "approxCountDistinct";
}
