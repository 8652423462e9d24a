import type {
  CompiledRealtimeView,
  FieldDefinition,
  JoinKey,
  Metadata,
  RealtimeSource,
  ServiceViewDefinition,
} from "@tesela/core";
import {
  servedFeature,
  serviceView,
  type DescribedView,
  type ServedServiceView,
  type ShownView,
} from "./service-view.ts";

/** A realtime view of a workspace, and what its definition says of it. */
export interface DescribedRealtimeView {
  readonly view: CompiledRealtimeView;
  readonly about: Pick<Metadata, "description" | "tags">;
}

/** Where a source of a realtime view finds its values: request data, or features of one of the service's reads. */
export type ServedSource =
  | { readonly kind: "request"; readonly fields: readonly FieldDefinition[] }
  | { readonly kind: "read"; readonly read: number; readonly indexes: readonly number[] };

/** A realtime view as a service reads it. */
export interface ServedRealtimeView {
  readonly shown: ShownView;
  readonly view: CompiledRealtimeView;
  readonly sources: readonly ServedSource[];
}

/** What a member of a service that is a realtime view has to be read for it: each view under the service's keys. */
export function realtimeReads(
  { joinKeyMap = {} }: ServiceViewDefinition,
  { view }: DescribedRealtimeView,
): readonly ServiceViewDefinition[] {
  return view.sources.flatMap(({ origin }) => {
    if (origin.kind === "request") return [];
    return [{ view: origin.view, joinKeyMap: mapped(origin.joinKeyMap, joinKeyMap) }];
  });
}

/** Names that the realtime view gives are renamed on; names that it leaves alone are the service's to rename. */
function mapped(
  own: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const renamed = Object.entries(own).map(([key, name]) => [key, given[name] ?? name] as const);
  return { ...given, ...Object.fromEntries(renamed) };
}

/** A realtime view whose reads are served online; these are added to those of the service. */
export function serveRealtime(
  member: ServiceViewDefinition,
  { view, about }: DescribedRealtimeView,
  online: ReadonlyMap<string, DescribedView>,
  { joinKeys, reads }: { readonly joinKeys: readonly JoinKey[]; readonly reads: ServedServiceView[] },
): ServedRealtimeView {
  const members = [...realtimeReads(member, { view, about })];
  const sources = view.sources.map((source): ServedSource => {
    if (source.origin.kind === "request") return { kind: "request", fields: source.fields };
    const one = members.shift()!;
    const read = reads.push(serviceView(one, online.get(one.view)!, joinKeys)) - 1;
    return { kind: "read", read, indexes: indexesOf(source, online.get(one.view)!) };
  });
  return { shown: shownOf(member, view, about), view, sources };
}

function indexesOf({ fields }: RealtimeSource, { served }: DescribedView): readonly number[] {
  const { features } = served.view.shape;
  return fields.map(({ name }) => features.findIndex((feature) => feature.name === name));
}

function shownOf(
  { view, name = view, features: wanted }: ServiceViewDefinition,
  { features }: CompiledRealtimeView,
  about: DescribedRealtimeView["about"],
): ShownView {
  const shown = features.flatMap((feature, index) => {
    if (wanted !== undefined && !wanted.includes(feature.name)) return [];
    return [servedFeature(`${name}.${feature.name}`, feature.type, index, null)];
  });
  return { name, features: shown.toSorted((a, b) => (a.name < b.name ? -1 : 1)), about };
}

/** The request data that realtime views are computed from, each field once. */
export function requestFieldsOf(realtime: readonly ServedRealtimeView[]): readonly FieldDefinition[] {
  const fields = realtime.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === "request" ? source.fields : [])),
  );
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}
