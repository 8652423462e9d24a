import { featureEncoder, type WireFeature } from "@tesela/contract";
import type {
  CompiledView,
  FeatureType,
  JoinKey,
  Metadata,
  ServiceViewDefinition,
  Value,
} from "@tesela/core";
import type { ServedView } from "../reader/served-view.ts";
import { emptyValues } from "./empty-values.ts";

/** A feature of a service: what it is called, and where it stands among its view's. */
export interface ServedFeature {
  readonly name: string;
  readonly type: FeatureType;
  readonly index: number;
  readonly encode: (value: Value) => WireFeature;
  /** An exact or estimated count: null only before the view's start (TIME T5). */
  readonly isCount: boolean;
}

/** A view as a service shows it. */
export interface ShownView {
  /** By the service's name for it. */
  readonly name: string;
  readonly features: readonly ServedFeature[];
  readonly about: Pick<Metadata, "description" | "tags">;
}

/** A view as a service reads it. */
export interface ServedServiceView extends ShownView {
  readonly served: ServedView;
  /** Of each of the view's join keys, in order: its place among the service's. */
  readonly keys: readonly number[];
  /** What all of the view's features are where no window holds anything, or no row is visible (TIME T6). */
  readonly empty: readonly Value[];
}

/** A view that is served online, and what its definition says of it. */
export interface DescribedView {
  readonly served: ServedView;
  readonly about: Pick<Metadata, "description" | "tags">;
}

/** A view under a service's names and keys, with all of its features or those that are picked. */
export function serviceView(
  one: ServiceViewDefinition,
  { served, about }: DescribedView,
  joinKeys: readonly JoinKey[],
): ServedServiceView {
  const { view } = served;
  const name = one.name ?? one.view;
  const empty = emptyValues(view);
  const features = view.shape.features.flatMap((feature, index): ServedFeature[] => {
    if (one.features !== undefined && !one.features.includes(feature.name)) return [];
    return [servedFeature(`${name}.${feature.name}`, feature.type, index, empty[index])];
  });
  return {
    name,
    served,
    keys: mappedKeys(one, view).map((key) => joinKeys.findIndex((joinKey) => joinKey.name === key.name)),
    features: features.toSorted(byName),
    empty,
    about,
  };
}

/** A feature as it is shown; `empty` is what it is of a key that was never seen. */
export function servedFeature(
  name: string,
  type: FeatureType,
  index: number,
  empty: Value | undefined,
): ServedFeature {
  // TIME T6: of all functions only the counts make a number of an empty window.
  return { name, type, index, encode: featureEncoder(type), isCount: empty === 0n };
}

/** A view's join keys by the names that the service reads them from. */
export function mappedKeys(
  { joinKeyMap = {} }: ServiceViewDefinition,
  view: CompiledView,
): readonly JoinKey[] {
  return view.joinKeys.map(({ name, type }) => ({
    name: Object.hasOwn(joinKeyMap, name) ? joinKeyMap[name]! : name,
    type,
  }));
}

/** For sorting by name. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
