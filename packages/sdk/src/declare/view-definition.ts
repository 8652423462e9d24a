import {
  defaultAggregateName,
  TeselaError,
  tryParseDuration,
  type AggregateDefinition,
  type BatchFeatureViewDefinition,
  type FeatureDefinition,
} from "@tesela/core";
import { metadataOf } from "./declaration.ts";
import type { Entity } from "./entity.ts";
import type { Aggregate, Attribute, Feature } from "./feature.ts";
import { normalDuration, normalInstant } from "./normal.ts";
import type { BatchSource } from "./source.ts";
import { SourceHandle, Transform } from "./transform.ts";
import type { BatchFeatureViewOptions } from "./view.ts";
import { windowDefinition, windowParts } from "./window.ts";

type AnyOptions = BatchFeatureViewOptions<
  string,
  readonly Entity[],
  Readonly<Record<string, BatchSource>>,
  readonly Attribute[] | readonly Aggregate[],
  string,
  string
>;

/** The canonical definition of a view: what a server stores and fingerprints. */
export function viewDefinition(options: AnyOptions): BatchFeatureViewDefinition {
  const interval = options.aggregationInterval ?? options.batchSchedule;
  return {
    kind: "batchFeatureView",
    name: options.name,
    entities: options.entities.map(({ name }) => name),
    sources: Object.entries(options.sources).map(([parameter, source]) => ({
      parameter,
      source: source.name,
    })),
    transform: { sql: transformSql(options) },
    timestampField: options.timestampField,
    features: options.features.map((feature) => featureDefinition(feature, interval)),
    batchSchedule: normalDuration(options.batchSchedule),
    featureStartTime: normalInstant(options.featureStartTime),
    online: options.online ?? false,
    offline: options.offline ?? false,
    ...optionalFields(options),
    ...metadataOf(options),
  };
}

function optionalFields(options: AnyOptions): Partial<BatchFeatureViewDefinition> {
  const { createdTimestampField, eventIdField, aggregationInterval, lifetimeStartTime, ttl } = options;
  return {
    ...(createdTimestampField === undefined ? {} : { createdTimestampField }),
    ...(eventIdField === undefined ? {} : { eventIdField }),
    ...(aggregationInterval === undefined
      ? {}
      : { aggregationInterval: normalDuration(aggregationInterval) }),
    ...(lifetimeStartTime === undefined ? {} : { lifetimeStartTime: normalInstant(lifetimeStartTime) }),
    ...(ttl === undefined ? {} : { ttl: normalDuration(ttl) }),
  };
}

function transformSql(options: AnyOptions): string {
  const names = Object.keys(options.sources);
  const transform: unknown = options.transform(
    Object.fromEntries(names.map((name) => [name, new SourceHandle(name)])),
  );
  if (Transform.is(transform)) return transform.sql;
  throw new TeselaError("VALIDATION", `The transformation of feature view "${options.name}" is no SQL.`, {
    fix: "Return sql`select …` from it.",
  });
}

function featureDefinition(feature: Feature, interval: string): FeatureDefinition {
  if (feature.kind === "attribute") return { kind: "attribute", name: feature.name, type: feature.type };
  const window = windowDefinition(feature.window);
  return {
    kind: "aggregate",
    name: feature.name ?? defaultName(feature, window, interval),
    function: feature.function,
    column: feature.column,
    window,
    ...(feature.type === null ? {} : { columnType: feature.type }),
  };
}

/** Without readable durations there is no such name; validation will refuse the durations themselves. */
function defaultName(feature: Aggregate, window: AggregateDefinition["window"], interval: string): string {
  const [parts, grid] = [windowParts(window), tryParseDuration(interval)];
  if (parts === null || grid === null) return `${feature.column}_${feature.function}`;
  return defaultAggregateName({
    column: feature.column,
    function: feature.function,
    ...parts,
    interval: grid,
  });
}
