import { z } from "zod";
import { sourceSchema } from "../definition/source.ts";
import { instantSchema } from "../wire/instant.ts";

/** What a worker is asked to look at: the source files of a view, for each of some ranges. */
export const sourcesPayloadSchema = z.strictObject({
  kind: z.literal("sources"),
  /** The view's field of the event time: where it is that of a source, files are chosen by their times. */
  timestampField: z.string(),
  isIncremental: z.boolean(),
  sources: z.array(
    z.strictObject({
      source: sourceSchema,
      /** How much before a range it is seen, in microseconds; null: all of it is. */
      lookback: z.string().nullable(),
    }),
  ),
  ranges: z.array(z.strictObject({ id: z.string(), startTime: instantSchema, endTime: instantSchema })),
});

/** What it found: a fingerprint of the files that each range would be computed from now. */
export const sourcesResultSchema = z.strictObject({
  ranges: z.array(z.strictObject({ id: z.string(), fingerprint: z.string() })),
});

/** What a worker is asked to look at. */
export type SourcesPayload = z.infer<typeof sourcesPayloadSchema>;

/** What it found. */
export type SourcesResult = z.infer<typeof sourcesResultSchema>;
