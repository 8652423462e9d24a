import { z } from "zod";
import { batchFeatureViewSchema } from "../definition/batch-feature-view.ts";
import { batchSourceSchema } from "../definition/batch-source.ts";
import { entitySchema } from "../definition/entity.ts";
import { resolvedViewSchema } from "./resolved-view.ts";

const retrievalViewSchema = z.strictObject({
  generationId: z.string(),
  definition: batchFeatureViewSchema,
  entities: z.array(entitySchema),
  sources: z.array(batchSourceSchema),
  resolved: resolvedViewSchema,
});

/** What a worker is asked to join; `now` is in microseconds since the epoch, as text. */
export const retrievalPayloadSchema = z.strictObject({
  spinePath: z.string(),
  resultPath: z.string(),
  timestampKey: z.string().nullable(),
  fromSource: z.boolean().nullable(),
  onUnmaterialized: z.enum(["error", "null"]),
  now: z.string().regex(/^-?\d{1,19}$/),
  views: z.array(retrievalViewSchema).min(1),
});

/** How many spine rows matched in each view, and how many did not. */
export const retrievalStatisticsSchema = z.record(
  z.string(),
  z.strictObject({ matched: z.int().nonnegative(), null: z.int().nonnegative() }),
);

/** What the join wrote; column types are DuckDB's. */
export const retrievalResultSchema = z.strictObject({
  rowCount: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  statistics: retrievalStatisticsSchema,
});

/** What a worker is asked to join. */
export type RetrievalPayload = z.infer<typeof retrievalPayloadSchema>;

/** What the join wrote. */
export type RetrievalResult = z.infer<typeof retrievalResultSchema>;
