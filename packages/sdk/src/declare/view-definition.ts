import {
  defaultAggregateName,
  TeselaError,
  tryParseDuration,
  type AggregateDefinition,
  type BatchFeatureViewDefinition,
  type FeatureDefinition,
  type FeatureTableDefinition,
} from "@tesela/core";
import { metadataOf } from "./declaration.ts";
import type { Entity } from "./entity.ts";
import type { Aggregate, Attribute, Feature } from "./feature.ts";
import { normalDuration, normalInstant } from "./normal.ts";
import type { Source } from "./source.ts";
import { SourceHandle, Transform } from "./transform.ts";
import type { ComputedViewOptions, ViewOptions } from "./view-options.ts";
import { windowDefinition, windowParts } from "./window.ts";

type AnyFeatures = readonly Attribute[] | readonly Aggregate[];
type AnyOptions = ViewOptions<string, readonly Entity[], AnyFeatures>;
type AnyComputedOptions = ComputedViewOptions<
  string,
  readonly Entity[],
  Readonly<Record<string, Source>>,
  AnyFeatures,
  string
>;

/** What every view's canonical definition holds; an interval of `null` names aggregates as continuous. */
export function viewFields(
  options: AnyOptions,
  interval: string | null,
): Omit<FeatureTableDefinition, "kind"> {
  const { createdTimestampField, ttl, onlineServingIndex, onlineCache } = options;
  return {
    name: options.name,
    entities: options.entities.map(({ name }) => name),
    timestampField: options.timestampField,
    features: options.features.map((feature) => featureDefinition(feature, interval)),
    featureStartTime: normalInstant(options.featureStartTime),
    online: options.online ?? false,
    offline: options.offline ?? false,
    ...(createdTimestampField === undefined ? {} : { createdTimestampField }),
    ...(ttl === undefined ? {} : { ttl: normalDuration(ttl) }),
    ...(onlineServingIndex === undefined ? {} : { onlineServingIndex: [...onlineServingIndex] }),
    ...(onlineCache === undefined ? {} : { onlineCache: { maxAge: normalDuration(onlineCache.maxAge) } }),
    ...metadataOf(options),
  };
}

/** What the canonical definition of every view holds that is computed from sources, but for its schedule. */
export function computedViewFields(
  options: AnyComputedOptions,
  interval: string | null,
): Omit<BatchFeatureViewDefinition, "kind" | "batchSchedule"> {
  const { eventIdField, aggregationInterval, lifetimeStartTime, batchTrigger, maxBackfillInterval } = options;
  const transform = transformOf(options);
  return {
    ...viewFields(options, interval),
    sources: Object.entries(options.sources).map(([parameter, source]) => {
      const sees = transform.seenOf(parameter);
      return { parameter, source: source.name, ...(sees === null ? {} : { sees }) };
    }),
    transform: { sql: transform.sql },
    ...(eventIdField === undefined ? {} : { eventIdField }),
    ...(aggregationInterval === undefined
      ? {}
      : { aggregationInterval: normalDuration(aggregationInterval) }),
    ...(batchTrigger === undefined || batchTrigger === "scheduled" ? {} : { batchTrigger }),
    ...(maxBackfillInterval === undefined
      ? {}
      : { maxBackfillInterval: normalDuration(maxBackfillInterval) }),
    ...(lifetimeStartTime === undefined ? {} : { lifetimeStartTime: normalInstant(lifetimeStartTime) }),
  };
}

function transformOf(options: AnyComputedOptions): Transform {
  const names = Object.keys(options.sources);
  const transform: unknown = options.transform(
    Object.fromEntries(names.map((name) => [name, new SourceHandle(name)])),
  );
  if (Transform.is(transform)) return transform;
  throw new TeselaError("VALIDATION", `The transformation of feature view "${options.name}" is no SQL.`, {
    fix: "Return sql`select …` from it.",
  });
}

function featureDefinition(feature: Feature, interval: string | null): FeatureDefinition {
  if (feature.kind === "attribute") return { kind: "attribute", name: feature.name, type: feature.type };
  const window = windowDefinition(feature.window);
  return {
    kind: "aggregate",
    name: feature.name ?? defaultName(feature, window, interval),
    function: feature.function,
    column: feature.column,
    window,
    ...feature.parameters,
    ...(feature.type === null ? {} : { columnType: feature.type }),
  };
}

/** Without readable durations there is no such name; validation will refuse the durations themselves. */
function defaultName(
  feature: Aggregate,
  window: AggregateDefinition["window"],
  interval: string | null,
): string {
  const parts = windowParts(window);
  const grid = interval === null ? null : tryParseDuration(interval);
  if (parts === null || (interval !== null && grid === null)) return `${feature.column}_${feature.function}`;
  return defaultAggregateName({
    column: feature.column,
    function: feature.function,
    ...feature.parameters,
    ...parts,
    interval: grid,
  });
}
