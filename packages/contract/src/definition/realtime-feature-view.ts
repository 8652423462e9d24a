import { z } from "zod";
import { featureTypeSchema } from "./feature.ts";
import { metadataFields, nameSchema } from "./metadata.ts";

const fieldsSchema = z
  .array(z.strictObject({ name: nameSchema, type: featureTypeSchema }).readonly())
  .max(1_000)
  .readonly();

const sourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("request"), parameter: nameSchema, schema: fieldsSchema }).readonly(),
  z
    .strictObject({
      kind: z.literal("view"),
      parameter: nameSchema,
      view: nameSchema,
      features: z.array(nameSchema).max(1_000).readonly().exactOptional(),
      joinKeyMap: z.record(nameSchema, nameSchema).readonly().exactOptional(),
    })
    .readonly(),
]);

/** A realtime feature view as declared; equals `RealtimeFeatureViewDefinition` of core. */
export const realtimeFeatureViewSchema = z
  .strictObject({
    kind: z.literal("realtimeFeatureView"),
    name: nameSchema,
    sources: z.array(sourceSchema).max(32).readonly(),
    features: fieldsSchema,
    transform: z.strictObject({ function: z.string().max(100_000) }).readonly(),
    ...metadataFields,
  })
  .readonly()
  .meta({
    id: "RealtimeFeatureView",
    description: "Features that a pure function makes of request data and other views' features.",
  });
