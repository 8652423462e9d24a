import { z } from "zod";
import { featureSchema } from "./feature.ts";
import { durationTextSchema, metadataFields, nameSchema } from "./metadata.ts";

const instantTextField = z.string().min(1).max(64);
const columnField = z.string().max(200).exactOptional();
const inputSchema = z.strictObject({ parameter: nameSchema, source: nameSchema }).readonly();

/** A batch feature view as declared; equals `BatchFeatureViewDefinition` of core. */
export const batchFeatureViewSchema = z
  .strictObject({
    kind: z.literal("batchFeatureView"),
    name: nameSchema,
    entities: z.array(nameSchema).max(32).readonly(),
    sources: z.array(inputSchema).max(32).readonly(),
    transform: z.strictObject({ sql: z.string().max(100_000) }).readonly(),
    timestampField: z.string().max(200),
    createdTimestampField: columnField,
    eventIdField: columnField,
    aggregationInterval: durationTextSchema.exactOptional(),
    features: z.array(featureSchema).max(1_000).readonly(),
    batchSchedule: durationTextSchema,
    featureStartTime: instantTextField,
    lifetimeStartTime: instantTextField.exactOptional(),
    ttl: durationTextSchema.exactOptional(),
    online: z.boolean(),
    offline: z.boolean(),
    ...metadataFields,
  })
  .readonly()
  .meta({ id: "BatchFeatureView", description: "Features over batch sources, computed on a schedule." });
