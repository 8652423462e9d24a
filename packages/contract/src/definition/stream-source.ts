import { z } from "zod";
import { fileBatchSchema } from "./file-batch.ts";
import { metadataFields, nameSchema } from "./metadata.ts";

/** A stream source as declared; equals `StreamSourceDefinition` of core. */
export const streamSourceSchema = z
  .strictObject({
    kind: z.literal("streamSource"),
    name: nameSchema,
    stream: z.strictObject({ kind: z.literal("push") }).readonly(),
    batch: fileBatchSchema,
    ...metadataFields,
  })
  .readonly()
  .meta({
    id: "StreamSource",
    description: "A stream of events, and the files that log them for backfill and history.",
  });
