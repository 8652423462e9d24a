import type { WindowStrategy } from "../aggregation/aggregate.ts";
import { unreachable } from "../errors/unreachable.ts";
import { formatDuration } from "../time/duration.ts";
import { delay, isInstantGrain, windowRange } from "../time/law.ts";
import type { EpochMicros } from "../time/instant.ts";
import type { TimeRange } from "../time/range.ts";
import type { Window } from "../time/view-time.ts";
import { askedFeatures, spineKey, type AskedView } from "./read-view.ts";

const STRATEGIES: Readonly<Record<WindowStrategy, string>> = {
  difference: "running totals",
  frame: "frames over tiles",
  tree: "tree of tiles",
};

/** How a historical read finds the values of a view. */
export function strategiesOf(asked: AskedView): readonly string[] {
  const { shape } = asked.view;
  if (shape.kind === "attributes") return ["asof join"];
  const partials = askedFeatures(asked).flatMap(({ aggregate }) => aggregate?.partials ?? []);
  return [...new Set(partials.map((index) => STRATEGIES[shape.partials[index]!.strategy]))];
}

/** What a row of a view must be to be joined to a spine row, in words (TIME T3, T11). */
export function joinConditionOf(asked: AskedView): string {
  const { view, fences } = asked;
  const keys = view.joinKeys
    .map((key) =>
      spineKey(asked, key) === key.name ? key.name : `${key.name} = spine.${spineKey(asked, key)}`,
    )
    .join(", ");
  const created = fences.isKnownAt ? ", created by T" : "";
  if (view.shape.kind === "aggregates") {
    const size = view.shape.interval === 1n ? "events" : `tiles of ${formatDuration(view.shape.interval)}`;
    return `the ${size} of ${keys}${created} within each window before the bound, ${boundWords(asked)}`;
  }
  const oldest = [fences.maxLookback, fences.maxStaleness].filter((age) => age !== null);
  const since =
    oldest.length === 0 ? "" : `, if its event time is at least T - ${formatDuration(oldest.reduce(less))}`;
  const alive = view.time.ttl === null ? "" : `, while its ttl of ${formatDuration(view.time.ttl)} lasts`;
  return `the newest row of ${keys}${created} with an event time before the bound, ${boundWords(asked)}${since}${alive}`;
}

function less<T extends bigint>(a: T, b: T): T {
  return a < b ? a : b;
}

/** TIME T3 in words: `floor(T - 2h, 1d)`. */
function boundWords({ view: { time }, fences }: AskedView): string {
  const slower = delay(time, fences.embargo);
  const clock = slower === 0n ? "T" : `T - ${formatDuration(slower)}`;
  if (isInstantGrain(time)) return fences.isInclusive ? `${clock} + 1 µs` : clock;
  return `floor(${clock}, ${formatDuration(time.grain)})`;
}

/** A window of some features, in words, and what it covers at a bound. */
export interface ExplainedWindow {
  readonly features: readonly string[];
  readonly window: string;
  readonly range: TimeRange;
}

/** The windows of the features that are asked for; none of attributes. */
export function windowsOf(asked: AskedView, boundary: EpochMicros): readonly ExplainedWindow[] {
  const groups = Map.groupBy(
    askedFeatures(asked).filter(({ aggregate }) => aggregate !== null),
    ({ aggregate }) => windowWords(aggregate!.window),
  );
  return [...groups].map(([window, features]) => ({
    features: features.map(({ name }) => name),
    window,
    range: windowRange(features[0]!.aggregate!.window, boundary),
  }));
}

function windowWords(window: Window): string {
  switch (window.kind) {
    case "lifetime":
      return "lifetime";
    case "sliding": {
      if (window.offset === 0n) return formatDuration(window.size);
      return `${formatDuration(window.size)}, ${formatDuration(-window.offset as typeof window.offset)} before the bound`;
    }
    default:
      return unreachable(window);
  }
}
