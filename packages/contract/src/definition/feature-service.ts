import { z } from "zod";
import { metadataFields, nameSchema } from "./metadata.ts";

const serviceViewSchema = z
  .strictObject({
    view: nameSchema,
    name: nameSchema.exactOptional(),
    features: z.array(nameSchema).max(1_000).readonly().exactOptional(),
    joinKeyMap: z.record(nameSchema, nameSchema).readonly().exactOptional(),
  })
  .readonly();

/** A feature service as declared; equals `FeatureServiceDefinition` of core. */
export const featureServiceSchema = z
  .strictObject({
    kind: z.literal("featureService"),
    name: nameSchema,
    views: z.array(serviceViewSchema).max(100).readonly(),
    logging: z.strictObject({ sampleRate: z.number() }).readonly().exactOptional(),
    ...metadataFields,
  })
  .readonly()
  .meta({ id: "FeatureService", description: "Several feature views read as one." });
