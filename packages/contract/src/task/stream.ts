import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { sourceSchema } from "../definition/source.ts";
import { taskViewSchema } from "./retrieval.ts";

const countSchema = z.int().nonnegative();

/** Rows that were pushed into streams, and the views that read those. */
export const streamPayloadSchema = z.strictObject({
  /** The same key is the same request. */
  idempotencyKey: z.string(),
  /** Whether the rows are only looked at. */
  isDryRun: z.boolean(),
  sources: z.array(
    z.strictObject({ source: sourceSchema, records: z.array(z.record(z.string(), z.unknown())) }),
  ),
  views: z.array(taskViewSchema.extend({ generationId: z.int().positive() })),
});

/** What came of them: for each view how many events it took and how many rows had no key or no time. */
export const streamResultSchema = z.strictObject({
  views: z.array(z.strictObject({ name: nameSchema, events: countSchema, rejected: countSchema })),
});

/** Rows that were pushed into streams, and the views that read those. */
export type StreamPayload = z.infer<typeof streamPayloadSchema>;

/** What came of them. */
export type StreamResult = z.infer<typeof streamResultSchema>;
