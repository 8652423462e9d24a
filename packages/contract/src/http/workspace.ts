import { KEY_TYPES } from "@tesela/core";
import { z } from "zod";
import { entitySchema } from "../definition/entity.ts";
import { featureServiceSchema as serviceDefinitionSchema } from "../definition/feature-service.ts";
import { featureViewSchema as viewDefinitionSchema } from "../definition/feature-view.ts";
import { featureTypeSchema } from "../definition/feature.ts";
import { durationTextSchema, nameSchema } from "../definition/metadata.ts";
import { realtimeFeatureViewSchema } from "../definition/realtime-feature-view.ts";
import { sourceSchema } from "../definition/source.ts";
import { resolvedColumnSchema } from "../task/resolved-view.ts";
import { instantSchema, timeRangeSchema } from "../wire/instant.ts";

/** Answer of the list of workspaces, sorted by name: those that the key may see. */
export const workspacesResponseSchema = z.strictObject({
  workspaces: z.array(z.strictObject({ name: nameSchema, revision: z.int().nonnegative() })),
});

const materializedSchema = z
  .strictObject({ ranges: z.array(timeRangeSchema), edge: instantSchema.nullable() })
  .meta({ id: "Materialized", description: "What one store holds; edge: the end of what can be served." });

const joinKeysSchema = z.array(z.strictObject({ name: nameSchema, type: z.enum(KEY_TYPES) }));

/** A feature view as applied, with what is materialized of it. */
export const featureViewSchema = z
  .strictObject({
    name: nameSchema,
    definition: viewDefinitionSchema,
    generation: z.string(),
    joinKeys: joinKeysSchema,
    /** The join keys that an online read needs: all, or all but the wildcard. */
    onlineServingIndex: z.array(nameSchema),
    wildcardJoinKey: nameSchema.nullable(),
    features: z.array(z.strictObject({ name: nameSchema, type: featureTypeSchema })),
    columns: z.array(resolvedColumnSchema),
    /** When it was created or last recreated. */
    createdAt: instantSchema,
    /** The largest data delay of its sources; null where it has none. */
    maxDataDelay: durationTextSchema.nullable(),
    /** Its page, for a browser. */
    url: z.string(),
    materialization: z.strictObject({
      offline: materializedSchema,
      online: materializedSchema,
      materializableFrom: instantSchema,
    }),
  })
  .meta({ id: "FeatureView" });

/** A realtime feature view as applied: nothing of it is stored. */
export const realtimeViewSchema = z
  .strictObject({
    name: nameSchema,
    definition: realtimeFeatureViewSchema,
    /** Those of the views that it reads, by the names that it gives them. */
    joinKeys: joinKeysSchema,
    /** The request data that it is computed from. */
    requestContext: z.array(z.strictObject({ name: nameSchema, type: featureTypeSchema })),
    features: z.array(z.strictObject({ name: nameSchema, type: featureTypeSchema })),
    createdAt: instantSchema,
    /** Its page, for a browser. */
    url: z.string(),
  })
  .meta({ id: "AppliedRealtimeFeatureView" });

const anyViewSchema = z.union([featureViewSchema, realtimeViewSchema]);

/** Answer of one feature view. */
export const featureViewResponseSchema = z.strictObject({ featureView: anyViewSchema });

/** Answer of the list of feature views, sorted by name. */
export const featureViewsResponseSchema = z.strictObject({ featureViews: z.array(anyViewSchema) });

/** Answer of the list of entities, sorted by name. */
export const entitiesResponseSchema = z.strictObject({ entities: z.array(entitySchema) });

/** Answer of the list of data sources, sorted by name. */
export const dataSourcesResponseSchema = z.strictObject({ dataSources: z.array(sourceSchema) });

/** A feature service as applied: the keys that it is read by, and the columns that it gives. */
export const featureServiceSchema = z
  .strictObject({
    name: nameSchema,
    definition: serviceDefinitionSchema,
    joinKeys: joinKeysSchema,
    /** Named `view.feature`, by the names that the service gives. */
    features: z.array(z.strictObject({ name: z.string(), type: featureTypeSchema })),
    createdAt: instantSchema,
  })
  .meta({ id: "AppliedFeatureService" });

/** Answer of one feature service. */
export const featureServiceResponseSchema = z.strictObject({ featureService: featureServiceSchema });

/** Answer of the list of feature services, sorted by name. */
export const featureServicesResponseSchema = z.strictObject({
  featureServices: z.array(featureServiceSchema),
});

/** A feature service as applied. */
export type FeatureService = z.infer<typeof featureServiceSchema>;

/** A realtime feature view as applied. */
export type RealtimeView = z.infer<typeof realtimeViewSchema>;

/** A feature view as applied. */
export type FeatureView = z.infer<typeof featureViewSchema>;
