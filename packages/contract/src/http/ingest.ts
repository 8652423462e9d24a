import { z } from "zod";

/** Body of ingesting rows into a feature table: the id of their upload (`uploadSpine`). */
export const ingestRequestSchema = z.strictObject({ uploadId: z.string().min(1).max(200) });

/** Body of ingesting rows, as a client writes it. */
export type IngestRequest = z.input<typeof ingestRequestSchema>;
