import {
  canonicalJson,
  compileRealtimeView,
  compileView,
  type CompiledRealtimeView,
  type CompiledView,
} from "@tesela/core";
import type { WantedState } from "./decide.ts";

type Compiled = ReadonlyMap<string, CompiledRealtimeView>;

/** The realtime views of a state that holds together. */
export function compiledRealtimeViews({ repository, resolved }: WantedState): Compiled {
  const realtime = [...repository.realtimeViews.values()];
  if (realtime.length === 0) return new Map();
  const views = new Map<string, CompiledView>();
  for (const [name, found] of resolved) {
    const view = repository.views.get(name);
    if (view !== undefined) views.set(name, compileView(view, repository, found));
  }
  return new Map(realtime.map((one) => [one.name, compileRealtimeView(one, views)]));
}

/** The realtime views whose function, or what it is given, is another than what was checked before. */
export function realtimeViewsToCheck(current: Compiled, wanted: Compiled): readonly CompiledRealtimeView[] {
  return [...wanted.values()].filter((view) => {
    const before = current.get(view.name);
    return before === undefined || canonicalJson(before) !== canonicalJson(view);
  });
}
