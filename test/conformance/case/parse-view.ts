import { parseDuration, parseInstant, TeselaError } from "@tesela/core";
import type { RawFeature, RawView } from "../../oracle/raw-view.ts";
import type { DeclaredView } from "./case.ts";
import type { ViewJson } from "./schema.ts";

/** How often jobs of a view run that does not say it; a batch view has to. */
const DEFAULT_SCHEDULE = "1d";

/** A view of a case in plain numbers. */
export function rawView(view: ViewJson): RawView {
  refuseMisfits(view);
  return {
    kind: view.kind,
    joinKeys: Object.keys(view.joinKeys),
    columns: Object.entries(view.columns).map(([name, type]) => ({ name, type })),
    timestampField: view.timestampField,
    createdTimestampField: view.createdTimestampField ?? null,
    eventIdField: view.eventIdField ?? null,
    features: view.features.map(rawFeature),
    schedule: parseDuration(view.batchSchedule ?? DEFAULT_SCHEDULE),
    interval: durationOrNull(view.aggregationInterval),
    dataDelay: parseDuration(view.dataDelay ?? "0s"),
    start: parseInstant(view.featureStartTime),
    lifetimeStart: view.lifetimeStartTime === undefined ? null : parseInstant(view.lifetimeStartTime),
    ttl: durationOrNull(view.ttl),
  };
}

function refuseMisfits({ kind, batchSchedule, dataDelay, features }: ViewJson): void {
  if (kind === "batch" && batchSchedule === undefined) {
    throw new TeselaError("VALIDATION", "The batch view has no batchSchedule.");
  }
  if (kind !== "table") return;
  if (features.some((feature) => !("attribute" in feature))) {
    throw new TeselaError("VALIDATION", "The feature table has an aggregate.");
  }
  if (dataDelay !== undefined && parseDuration(dataDelay) !== 0n) {
    throw new TeselaError("VALIDATION", "The feature table has a dataDelay, but no source.");
  }
}

/** The same in the words of a definition. */
export function declaredView(view: ViewJson): DeclaredView {
  const { aggregationInterval, lifetimeStartTime, ttl } = view;
  return {
    batchSchedule: view.batchSchedule ?? DEFAULT_SCHEDULE,
    dataDelay: view.dataDelay ?? "0s",
    featureStartTime: view.featureStartTime,
    ...(aggregationInterval === undefined ? {} : { aggregationInterval }),
    ...(lifetimeStartTime === undefined ? {} : { lifetimeStartTime }),
    ...(ttl === undefined ? {} : { ttl }),
  };
}

function durationOrNull(text: string | undefined): bigint | null {
  return text === undefined ? null : parseDuration(text);
}

function rawFeature(feature: ViewJson["features"][number]): RawFeature {
  if ("attribute" in feature) return { kind: "attribute", name: feature.attribute };
  const { name, function: fn, column, window, n, precision, percentile, p } = feature;
  return {
    kind: "aggregate",
    name,
    function: fn,
    column,
    window: window === "lifetime" ? "lifetime" : parseDuration(window),
    offset: parseDuration(feature.offset ?? "0s"),
    n: n ?? null,
    precision: precision ?? null,
    percentile: percentile ?? p ?? null,
  };
}
