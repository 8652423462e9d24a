import { AGGREGATE_NAMES } from "../aggregation/aggregate.ts";
import { aggregates as families } from "../aggregation/all.ts";
import { formatDuration, type DurationMicros } from "../time/duration.ts";
import type { AggregateDefinition, FeatureViewDefinition } from "./definition.ts";
import type { Problems } from "./problems.ts";

/** The grids of a view; null where they could not be read, or there is none. */
export interface Grids {
  readonly schedule: DurationMicros | null;
  readonly interval: DurationMicros | null;
}

/** Notes every problem of a view's list of features. */
export function validateFeatures(
  problems: Problems,
  path: string,
  view: FeatureViewDefinition,
  keys: readonly string[],
  grids: Grids,
): void {
  const names = view.features.map((feature) => feature.name);
  if (names.length === 0) problems.add(`${path}.features`, "it has no feature");
  for (const [index, name] of names.entries()) problems.name(`${path}.features[${index}]`, name);
  problems.unique(`${path}.features and join keys`, [...keys, ...names]);
  const aggregates = view.features.filter((feature) => feature.kind === "aggregate");
  if (aggregates.length > 0 && aggregates.length < names.length) {
    problems.add(`${path}.features`, "it mixes attributes and aggregates", "Declare two views.");
  }
  validateKindOptions(problems, path, view, aggregates);
  for (const [index, feature] of view.features.entries()) {
    if (feature.kind === "aggregate")
      validateAggregate(problems, `${path}.features[${index}]`, feature, grids);
  }
  validateLifetime(problems, path, view, aggregates, grids);
}

function validateKindOptions(
  problems: Problems,
  path: string,
  view: FeatureViewDefinition,
  aggregates: readonly AggregateDefinition[],
): void {
  if (view.ttl !== undefined) problems.positiveDuration(`${path}.ttl`, view.ttl);
  if (view.ttl !== undefined && aggregates.length > 0) {
    problems.add(`${path}.ttl`, "only attributes have a ttl", "A window already says how far back it looks.");
  }
  if (view.kind === "featureTable") {
    if (aggregates.length === 0) return;
    const fix = "Declare a batchFeatureView or a streamFeatureView for aggregates.";
    problems.add(`${path}.features`, "a feature table holds attributes only", fix);
  } else if (view.aggregationInterval !== undefined && aggregates.length === 0) {
    problems.add(`${path}.aggregationInterval`, "attributes have no aggregation interval", "Leave it out.");
  }
}

function validateAggregate(
  problems: Problems,
  path: string,
  feature: AggregateDefinition,
  grids: Grids,
): void {
  validateFunction(problems, path, feature);
  if (feature.column === "" || feature.column.includes("__")) {
    problems.add(`${path}.column`, `"${feature.column}" cannot be a column of an aggregate`);
  }
  if (feature.window.kind === "lifetime") return;
  const size = problems.positiveDuration(`${path}.window`, feature.window.size);
  const offset = problems.duration(`${path}.window.offset`, feature.window.offset);
  if (offset !== null && offset > 0n) {
    problems.add(`${path}.window.offset`, `"${feature.window.offset}" is above zero`, "Offsets look back.");
  }
  multipleOf(problems, `${path}.window`, size, grids.interval);
  multipleOf(problems, `${path}.window.offset`, offset, grids.interval);
}

function validateFunction(problems: Problems, path: string, feature: AggregateDefinition): void {
  if (!AGGREGATE_NAMES.includes(feature.function)) {
    const fix = `There are: ${AGGREGATE_NAMES.join(", ")}.`;
    problems.add(`${path}.function`, `there is no function "${feature.function}"`, fix);
    return;
  }
  const problem = families[feature.function].problem(feature);
  if (problem !== null) problems.add(path, problem);
}

function multipleOf(
  problems: Problems,
  path: string,
  value: DurationMicros | null,
  interval: DurationMicros | null,
): void {
  if (value === null || interval === null || value % interval === 0n) return;
  const found = `${formatDuration(value)} is no multiple of the aggregation interval ${formatDuration(interval)}`;
  problems.add(path, found, "TIME T4");
}

function validateLifetime(
  problems: Problems,
  path: string,
  view: FeatureViewDefinition,
  aggregates: readonly AggregateDefinition[],
  grids: Grids,
): void {
  if (view.kind === "featureTable" || view.lifetimeStartTime === undefined) return;
  const at = `${path}.lifetimeStartTime`;
  if (!aggregates.some((feature) => feature.window.kind === "lifetime")) {
    problems.add(at, "no feature has a lifetime window");
  }
  const start = problems.instant(at, view.lifetimeStartTime);
  if (start === null || grids.interval === null || start % grids.interval === 0n) return;
  problems.add(
    at,
    `it is no multiple of the aggregation interval ${formatDuration(grids.interval)}`,
    "TIME T4",
  );
}
