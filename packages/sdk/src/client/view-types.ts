import type { FeatureView as FeatureViewInfo } from "@tesela/contract";
import {
  declaredTypeOf,
  isCountFeature,
  type FeatureDefinition,
  type FeatureType,
  type JoinKey,
} from "@tesela/core";
import type { DeclaredView } from "../declare/view.ts";

/** A feature's type; a count is an int64 that users see as a number. */
export interface TypedFeature {
  readonly name: string;
  readonly type: FeatureType;
  readonly isCount: boolean;
}

/** What is needed to read a view: its join keys and features in declared order. */
export interface ViewTypes {
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
  readonly features: readonly TypedFeature[];
}

/** The types that a declaration tells by itself; `null` where an aggregate's column has a type only the server knows. */
export function typesOfDeclaration(view: DeclaredView): ViewTypes | null {
  const features = view.definition.features.map(declaredFeature);
  if (features.some((feature) => feature === null)) return null;
  return {
    name: view.name,
    joinKeys: joinKeysOf(view),
    features: features.filter((feature) => feature !== null),
  };
}

/** The types of a view as the server has it. */
export function typesOfServer({ name, joinKeys, features, definition }: FeatureViewInfo): ViewTypes {
  const counts = countsOf(definition.features);
  return {
    name,
    joinKeys,
    features: features.map((feature) => ({ ...feature, isCount: counts.has(feature.name) })),
  };
}

/** The join keys of a declared view, in order. */
export function joinKeysOf(view: DeclaredView): readonly JoinKey[] {
  return view.entities.flatMap(({ definition }) => definition.joinKeys);
}

/** Names of the features that are counts, exact or estimated. */
export function countsOf(features: readonly FeatureDefinition[]): ReadonlySet<string> {
  return new Set(features.filter(isCountFeature).map(({ name }) => name));
}

function declaredFeature(feature: FeatureDefinition): TypedFeature | null {
  const type = declaredTypeOf(feature);
  return type === null ? null : { name: feature.name, type, isCount: isCountFeature(feature) };
}
