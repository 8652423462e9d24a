import type { ExplanationData, RealtimeRead } from "@tesela/contract";

/** What a view that only a realtime view reads is called in an explanation, by its place among the read's views. */
export function readNames(reads: readonly RealtimeRead[]): ReadonlyMap<number, string> {
  const names = reads.flatMap(({ name, view, views }) =>
    views.flatMap((place, source): [number, string][] =>
      place === null ? [] : [[place, `${view.sources[source]!.parameter} of ${name}`]],
    ),
  );
  return new Map(names);
}

/** What a historical read does for its realtime views. */
export function explainRealtime(reads: readonly RealtimeRead[]): NonNullable<ExplanationData["realtime"]> {
  const names = readNames(reads);
  return reads.map(({ name, view, views }) => ({
    featureView: view.name,
    name,
    request: view.sources.flatMap(({ origin, fields }) =>
      origin.kind === "request" ? fields.map((field) => field.name) : [],
    ),
    reads: views.flatMap((place) => (place === null ? [] : [names.get(place)!])),
  }));
}

/** The views of an explanation by the names that people know. */
export function renamed<View extends { readonly name: string }>(
  views: readonly View[],
  names: ReadonlyMap<number, string>,
): View[] {
  return views.map((view, place) => ({ ...view, name: names.get(place) ?? view.name }));
}
