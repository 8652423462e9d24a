import { TeselaError, type FeatureType, type ValueType } from "@tesela/core";
import type { RawFeature, RawView } from "../../oracle/raw-view.ts";

/** What the functions give; `input` is the type of the column, `list` an array of it. */
const RESULTS: Readonly<Record<string, "int64" | "float64" | "input" | "list">> = {
  count: "int64",
  approxCountDistinct: "int64",
  sum: "input",
  min: "input",
  max: "input",
  mean: "float64",
  varPop: "float64",
  varSamp: "float64",
  stddevPop: "float64",
  stddevSamp: "float64",
  approxPercentile: "float64",
  last: "list",
  first: "list",
  lastDistinct: "list",
  firstDistinct: "list",
};

/** The type of a feature's value; throws where its column or function is none. */
export function featureType(view: RawView, feature: RawFeature): FeatureType {
  const name = feature.kind === "attribute" ? feature.name : feature.column;
  const column = view.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw wrong(feature, `there is no column "${name}"`);
  if (feature.kind === "attribute") return column.type;
  const result = RESULTS[feature.function];
  if (result === undefined) throw wrong(feature, `there is no function "${feature.function}"`);
  if (result === "input") return column.type;
  return result === "list" ? `${column.type}[]` : result;
}

function wrong({ name }: RawFeature, message: string): TeselaError {
  return new TeselaError("VALIDATION", `Feature "${name}": ${message}.`);
}

/** The types of a view's features by name. */
export function featureTypes(view: RawView): ReadonlyMap<string, FeatureType> {
  return new Map(view.features.map((feature) => [feature.name, featureType(view, feature)]));
}

/** The type of the values in a list, or null of a type that is no list. */
export function elementType(type: FeatureType): ValueType | null {
  return type.endsWith("[]") ? (type.slice(0, -2) as ValueType) : null;
}
