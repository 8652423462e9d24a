import { BATCH_TRIGGERS } from "@tesela/core";
import { z } from "zod";
import { featureSchema } from "./feature.ts";
import { durationTextSchema, metadataFields, nameSchema } from "./metadata.ts";

const instantTextField = z.string().min(1).max(64);
const columnField = z.string().max(200);

/** What every feature view has; equals `ViewFields` of core. */
export const viewFields = {
  name: nameSchema,
  entities: z.array(nameSchema).max(32).readonly(),
  timestampField: columnField,
  createdTimestampField: columnField.exactOptional(),
  features: z.array(featureSchema).max(1_000).readonly(),
  featureStartTime: instantTextField,
  ttl: durationTextSchema.exactOptional(),
  onlineServingIndex: z.array(nameSchema).max(32).readonly().exactOptional(),
  onlineCache: z.strictObject({ maxAge: durationTextSchema }).readonly().exactOptional(),
  online: z.boolean(),
  offline: z.boolean(),
  ...metadataFields,
};

const lookbackSchema = z.strictObject({ lookback: durationTextSchema }).readonly();

const inputSchema = z
  .strictObject({
    parameter: nameSchema,
    source: nameSchema,
    sees: z.union([z.literal("unfiltered"), lookbackSchema]).exactOptional(),
  })
  .readonly();

/** What every view has that is computed from sources; equals `ComputedViewFields` of core. */
export const computedViewFields = {
  ...viewFields,
  sources: z.array(inputSchema).max(32).readonly(),
  transform: z.strictObject({ sql: z.string().max(100_000) }).readonly(),
  eventIdField: columnField.exactOptional(),
  aggregationInterval: durationTextSchema.exactOptional(),
  batchSchedule: durationTextSchema,
  batchTrigger: z.enum(BATCH_TRIGGERS).exactOptional(),
  maxBackfillInterval: durationTextSchema.exactOptional(),
  lifetimeStartTime: instantTextField.exactOptional(),
};
