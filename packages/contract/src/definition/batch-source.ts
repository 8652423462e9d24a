import { z } from "zod";
import { durationTextSchema, metadataFields, nameSchema } from "./metadata.ts";

const fileBatchSchema = z
  .strictObject({
    format: z.literal("parquet"),
    path: z.string().max(4_096),
    timestampField: z.string().max(200),
    dataDelay: durationTextSchema,
  })
  .readonly();

/** A batch source as declared; equals `BatchSourceDefinition` of core. */
export const batchSourceSchema = z
  .strictObject({
    kind: z.literal("batchSource"),
    name: nameSchema,
    batch: fileBatchSchema,
    ...metadataFields,
  })
  .readonly()
  .meta({
    id: "BatchSource",
    description: "A table of past events: files under a source root of the workers.",
  });
