import { z } from "zod";
import { fileBatchSchema } from "./file-batch.ts";
import { metadataFields, nameSchema } from "./metadata.ts";

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
