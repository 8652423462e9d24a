import { declareView } from "./declare-view.ts";
import type { Entity } from "./entity.ts";
import type { Attribute } from "./feature.ts";
import { viewFields } from "./view-definition.ts";
import type { ViewOptions } from "./view-options.ts";
import type { JoinKeysOf, ValuesOf } from "./view-types.ts";
import type { FeatureTable } from "./view.ts";

/** What a feature table is declared with; its columns are its join keys, time fields and features. */
export type FeatureTableOptions<
  Name extends string,
  Entities extends readonly Entity[],
  Features extends readonly Attribute[],
> = ViewOptions<Name, Entities, Features>;

/** Declares attributes whose rows are ingested as they are. */
export function featureTable<
  const Name extends string,
  const Entities extends readonly Entity[],
  const Features extends readonly Attribute[],
>(
  options: FeatureTableOptions<Name, Entities, Features>,
): FeatureTable<Name, JoinKeysOf<Entities>, ValuesOf<Features, string>> {
  const definition = { kind: "featureTable" as const, ...viewFields(options, null) };
  return declareView(definition, options.entities, {});
}
