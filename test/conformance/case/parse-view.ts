import { parseDuration, parseInstant, TeselaError } from "@tesela/core";
import type { RawFeature, RawView } from "../../oracle/raw-view.ts";
import type { DeclaredView } from "./case.ts";
import type { ViewJson } from "./schema.ts";

/** A view of a case in plain numbers. */
export function rawView(view: ViewJson): RawView {
  return {
    joinKeys: Object.keys(view.joinKeys),
    columns: Object.entries(view.columns).map(([name, type]) => ({ name, type })),
    timestampField: view.timestampField,
    createdTimestampField: view.createdTimestampField ?? null,
    eventIdField: view.eventIdField ?? null,
    features: view.features.map(rawFeature),
    schedule: parseDuration(scheduleOf(view)),
    interval: durationOrNull(view.aggregationInterval),
    dataDelay: parseDuration(view.dataDelay ?? "0s"),
    start: parseInstant(view.featureStartTime),
    lifetimeStart: view.lifetimeStartTime === undefined ? null : parseInstant(view.lifetimeStartTime),
    ttl: durationOrNull(view.ttl),
  };
}

/** The same in the words of a definition. */
export function declaredView(view: ViewJson): DeclaredView {
  const { aggregationInterval, lifetimeStartTime, ttl } = view;
  return {
    batchSchedule: scheduleOf(view),
    dataDelay: view.dataDelay ?? "0s",
    featureStartTime: view.featureStartTime,
    ...(aggregationInterval === undefined ? {} : { aggregationInterval }),
    ...(lifetimeStartTime === undefined ? {} : { lifetimeStartTime }),
    ...(ttl === undefined ? {} : { ttl }),
  };
}

function scheduleOf(view: ViewJson): string {
  if (view.batchSchedule !== undefined) return view.batchSchedule;
  throw new TeselaError("VALIDATION", "The batch view has no batchSchedule.");
}

function durationOrNull(text: string | undefined): bigint | null {
  return text === undefined ? null : parseDuration(text);
}

function rawFeature(feature: ViewJson["features"][number]): RawFeature {
  if ("attribute" in feature) return { kind: "attribute", name: feature.attribute };
  return {
    kind: "aggregate",
    name: feature.name,
    function: feature.function,
    column: feature.column,
    window: feature.window === "lifetime" ? "lifetime" : parseDuration(feature.window),
    offset: parseDuration(feature.offset ?? "0s"),
  };
}
