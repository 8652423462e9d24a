import type { FeatureView, RealtimeView } from "@tesela/contract";
import { TeselaError } from "@tesela/core";

/** Any feature view as the server has it; `definition.kind` tells which. */
export type AnyFeatureView = FeatureView | RealtimeView;

/** Whether a view is a realtime one, of which nothing is stored. */
export function isRealtimeInfo(view: AnyFeatureView): view is RealtimeView {
  return view.definition.kind === "realtimeFeatureView";
}

/** A view that has data of its own; throws `VALIDATION` for a realtime one. */
export function storedView(view: AnyFeatureView): FeatureView {
  if (!isRealtimeInfo(view)) return view;
  throw new TeselaError("VALIDATION", `"${view.name}" is a realtime feature view: nothing of it is stored.`, {
    fix: `Get it with getRealtimeFeatureView("${view.name}"), and read it online through a feature service.`,
  });
}

/** A realtime view; throws `VALIDATION` for one that has data of its own. */
export function realtimeView(view: AnyFeatureView): RealtimeView {
  if (isRealtimeInfo(view)) return view;
  throw new TeselaError("VALIDATION", `"${view.name}" is no realtime feature view.`, {
    fix: `Get it with getFeatureView("${view.name}").`,
  });
}
