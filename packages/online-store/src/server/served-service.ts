import {
  TeselaError,
  type FeatureServiceDefinition,
  type JoinKey,
  type ServiceViewDefinition,
} from "@tesela/core";
import type { ServedView } from "../reader/served-view.ts";
import { emptyValues } from "./empty-values.ts";
import {
  realtimeReads,
  serveRealtime,
  type DescribedRealtimeView,
  type ServedRealtimeView,
} from "./served-realtime.ts";
import {
  byName,
  mappedKeys,
  servedFeature,
  serviceView,
  type DescribedView,
  type ServedServiceView,
  type ShownView,
} from "./service-view.ts";

/**
 * Several views read as one; its features stand in an order that does not change: realtime views first, by view, then
 * by feature.
 */
export interface ServedService {
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
  readonly views: readonly ShownView[];
  /** What is read of the store: the views that are shown, in order, then those that only realtime views read. */
  readonly reads: readonly ServedServiceView[];
  /** The first of the views that are shown. */
  readonly realtime: readonly ServedRealtimeView[];
  /** Views that are not served online: while there is one, the service cannot be read. */
  readonly missing: readonly string[];
  /** How much of what is served is kept, and for which workspace; `null`: nothing. */
  readonly logging: { readonly sampleRate: number; readonly workspaceId: number } | null;
}

/** A feature service over the views of its workspace that are served online. */
export function serveService(
  { name, views }: FeatureServiceDefinition,
  online: ReadonlyMap<string, DescribedView>,
  realtimeViews: ReadonlyMap<string, DescribedRealtimeView> = new Map(),
  logging: ServedService["logging"] = null,
): ServedService {
  const needed = views.flatMap((one) => readsOf(one, realtimeViews));
  const missing = [...new Set(needed.map(({ view }) => view))].filter((view) => !online.has(view));
  const keys = new Map(
    needed
      .filter(({ view }) => online.has(view))
      .flatMap((one) => mappedKeys(one, online.get(one.view)!.served.view).map((key) => [key.name, key])),
  );
  const joinKeys = [...keys.values()];
  const stored = views.filter(({ view }) => online.has(view));
  const shown = stored.map((one) => serviceView(one, online.get(one.view)!, joinKeys)).toSorted(byName);
  const reads = [...shown];
  const realtime = (missing.length > 0 ? [] : views).flatMap((one): ServedRealtimeView[] => {
    const described = realtimeViews.get(one.view);
    return described === undefined ? [] : [serveRealtime(one, described, online, { joinKeys, reads })];
  });
  const first = realtime.toSorted((a, b) => byName(a.shown, b.shown));
  const all = [...first.map((one) => one.shown), ...shown];
  return { name, joinKeys, views: all, reads, realtime: first, missing, logging };
}

function readsOf(
  member: ServiceViewDefinition,
  realtimeViews: ReadonlyMap<string, DescribedRealtimeView>,
): readonly ServiceViewDefinition[] {
  const described = realtimeViews.get(member.view);
  return described === undefined ? [member] : realtimeReads(member, described);
}

/** A view read by itself, its features in declared order and named without it. */
export function serveView(served: ServedView): ServedService {
  const { view } = served;
  const empty = emptyValues(view);
  const features = view.shape.features.map(({ name, type }, index) =>
    servedFeature(name, type, index, empty[index]),
  );
  const keys = view.joinKeys.map((_, index) => index);
  const only = { name: view.name, served, keys, features, empty, about: {} };
  return {
    name: view.name,
    joinKeys: view.joinKeys,
    views: [only],
    reads: [only],
    realtime: [],
    missing: [],
    logging: null,
  };
}

/** Throws `VALIDATION` while a view of the service is not served online. */
export function requireServable({ name, missing }: ServedService): void {
  if (missing.length === 0) return;
  const views = missing.join(", ");
  throw new TeselaError(
    "VALIDATION",
    `Feature service "${name}" reads views that are not served online: ${views}.`,
    { fix: "Declare them with online: true and apply." },
  );
}
