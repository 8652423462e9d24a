import { DAY, duration, parseDuration, type DurationMicros } from "../time/duration.ts";
import { parseInstant } from "../time/instant.ts";
import { firstVisible, startBound } from "../time/law.ts";
import type { ViewTime, Window } from "../time/view-time.ts";
import type { FeatureViewDefinition, SourceDefinition } from "./definition.ts";

const INSTANT = duration(1n);

/** What the law needs to know of a view, but for its windows. */
export function compileTime(view: FeatureViewDefinition, sources: readonly SourceDefinition[]): ViewTime {
  const delays = sources.map(({ batch }) => parseDuration(batch.dataDelay));
  return {
    grain: grainOf(view),
    schedule: view.kind === "featureTable" ? DAY : parseDuration(view.batchSchedule),
    dataDelay: delays.reduce((a, b) => (a > b ? a : b), duration(0n)),
    featureStart: parseInstant(view.featureStartTime),
    ttl: view.ttl === undefined ? null : parseDuration(view.ttl),
    windows: [],
  };
}

/** `g` of TIME T3. */
function grainOf(view: FeatureViewDefinition): DurationMicros {
  if (view.kind === "batchFeatureView") return parseDuration(view.batchSchedule);
  if (view.kind === "featureTable" || view.aggregationInterval === undefined) return INSTANT;
  return parseDuration(view.aggregationInterval);
}

/** TIME T4: a lifetime window begins where the view says, else at the first window of TIME T13, for streams at the start. */
export function lifetimeWindow(
  view: Exclude<FeatureViewDefinition, { kind: "featureTable" }>,
  time: ViewTime,
): Window {
  if (view.lifetimeStartTime !== undefined)
    return { kind: "lifetime", start: parseInstant(view.lifetimeStartTime) };
  return {
    kind: "lifetime",
    start: view.kind === "streamFeatureView" ? startBound(time) : firstVisible(time),
  };
}
