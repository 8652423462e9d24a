import type { RetrievalPayload, RetrievalView } from "@tesela/contract";
import {
  compileView,
  duration,
  parseDuration,
  repositoryOf,
  type AskedView,
  type DurationMicros,
} from "@tesela/core";

/** The views of a read, compiled, with their fences. */
export function askedViewsOf({ views, isInclusive, isKnownAt }: RetrievalPayload): readonly AskedView[] {
  return views.map((view) => ({
    view: compileView(view.definition, repositoryOf([...view.entities, ...view.sources]), view.resolved),
    name: view.name,
    features: view.features,
    joinKeyMap: view.joinKeyMap,
    fences: { ...fencesOf(view), isInclusive, isKnownAt },
  }));
}

function fencesOf(view: RetrievalView) {
  return {
    embargo: durationOf(view.embargo) ?? duration(0n),
    maxLookback: durationOf(view.maxLookback),
    maxStaleness: durationOf(view.maxStaleness),
  };
}

function durationOf(text: string | null): DurationMicros | null {
  return text === null ? null : parseDuration(text);
}
