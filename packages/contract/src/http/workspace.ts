import { KEY_TYPES } from "@tesela/core";
import { z } from "zod";
import { batchFeatureViewSchema } from "../definition/batch-feature-view.ts";
import { batchSourceSchema } from "../definition/batch-source.ts";
import { entitySchema } from "../definition/entity.ts";
import { valueTypeSchema } from "../definition/feature.ts";
import { nameSchema } from "../definition/metadata.ts";
import { resolvedColumnSchema } from "../task/resolved-view.ts";
import { instantSchema, timeRangeSchema } from "../wire/instant.ts";

/** Answer of the list of workspaces, sorted by name: those that the key may see. */
export const workspacesResponseSchema = z.strictObject({
  workspaces: z.array(z.strictObject({ name: nameSchema, revision: z.int().nonnegative() })),
});

const materializedSchema = z
  .strictObject({ ranges: z.array(timeRangeSchema), edge: instantSchema.nullable() })
  .meta({ id: "Materialized", description: "What one store holds; edge: the end of what can be served." });

/** A feature view as applied, with what is materialized of it. */
export const featureViewSchema = z
  .strictObject({
    name: nameSchema,
    definition: batchFeatureViewSchema,
    generation: z.string(),
    joinKeys: z.array(z.strictObject({ name: nameSchema, type: z.enum(KEY_TYPES) })),
    features: z.array(z.strictObject({ name: nameSchema, type: valueTypeSchema })),
    columns: z.array(resolvedColumnSchema),
    createdAt: instantSchema,
    materialization: z.strictObject({
      offline: materializedSchema,
      online: materializedSchema,
      materializableFrom: instantSchema,
    }),
  })
  .meta({ id: "FeatureView" });

/** Answer of one feature view. */
export const featureViewResponseSchema = z.strictObject({ featureView: featureViewSchema });

/** Answer of the list of feature views, sorted by name. */
export const featureViewsResponseSchema = z.strictObject({ featureViews: z.array(featureViewSchema) });

/** Answer of the list of entities, sorted by name. */
export const entitiesResponseSchema = z.strictObject({ entities: z.array(entitySchema) });

/** Answer of the list of data sources, sorted by name. */
export const dataSourcesResponseSchema = z.strictObject({ dataSources: z.array(batchSourceSchema) });

/** A feature view as applied. */
export type FeatureView = z.infer<typeof featureViewSchema>;
