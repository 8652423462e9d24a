import { READ_STATUSES } from "@tesela/core";
import { z } from "zod";
import { entitySchema } from "../definition/entity.ts";
import { featureViewSchema } from "../definition/feature-view.ts";
import { nameSchema } from "../definition/metadata.ts";
import { sourceSchema } from "../definition/source.ts";
import { realtimeReadSchema } from "./realtime.ts";
import { resolvedViewSchema } from "./resolved-view.ts";

const microsSchema = z.string().regex(/^-?\d{1,19}$/);

/** A view with all that a worker needs to compute it. */
export const taskViewSchema = z.strictObject({
  definition: featureViewSchema,
  entities: z.array(entitySchema),
  sources: z.array(sourceSchema),
  resolved: resolvedViewSchema,
});

/** A view of a read: what its features are named after, which ones, under which keys, with which fences. */
const readViewSchema = taskViewSchema.extend({
  generationId: z.string(),
  name: nameSchema,
  features: z.array(nameSchema).nullable(),
  joinKeyMap: z.record(nameSchema, nameSchema),
  embargo: z.string().nullable(),
  maxLookback: z.string().nullable(),
  maxStaleness: z.string().nullable(),
});

const readFields = {
  /** None where the read has realtime views of request data alone. */
  views: z.array(readViewSchema),
  fromSource: z.boolean().nullable(),
  onUnmaterialized: z.enum(["error", "null"]),
  onError: z.enum(["error", "null"]),
  isInclusive: z.boolean(),
  isKnownAt: z.boolean(),
  /** Microseconds since the epoch, as text, as all instants here. */
  asOf: microsSchema.nullable(),
  now: microsSchema,
  resultPath: z.string(),
};

/** An uploaded table; its name's ending says what it is. */
const uploadPathSchema = z.string();

/** A read at the instants of a spine. */
export const spineReadSchema = z.strictObject({
  kind: z.literal("spine"),
  ...readFields,
  spinePath: uploadPathSchema,
  realtime: z.array(realtimeReadSchema).exactOptional(),
  timestampKey: z.string().nullable(),
  onMissing: z.enum(["null", "skip", "error"]),
});

/** A read over a range. */
export const rangeReadSchema = z.strictObject({
  kind: z.literal("range"),
  ...readFields,
  start: microsSchema.nullable(),
  end: microsSchema,
  /** Whether the end was asked for; else it is the clock, or the end of what is materialized before it. */
  isEndGiven: z.boolean(),
  entitiesPath: uploadPathSchema.nullable(),
});

/** What a worker is asked to read. */
export const retrievalPayloadSchema = z.discriminatedUnion("kind", [spineReadSchema, rangeReadSchema]);

/** Of one view: spine rows that matched, rows that did not, and the latter by reason. */
export const retrievalStatisticsSchema = z.record(
  z.string(),
  z.strictObject({
    matched: z.int().nonnegative(),
    null: z.int().nonnegative(),
    reasons: z.partialRecord(z.enum(READ_STATUSES), z.int().positive()),
  }),
);

/** What the read wrote; column types are DuckDB's. */
export const retrievalResultSchema = z.strictObject({
  rowCount: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  statistics: retrievalStatisticsSchema,
});

/** What a worker is asked to read. */
export type RetrievalPayload = z.infer<typeof retrievalPayloadSchema>;

/** A read at the instants of a spine. */
export type SpineReadPayload = z.infer<typeof spineReadSchema>;

/** A read over a range. */
export type RangeReadPayload = z.infer<typeof rangeReadSchema>;

/** A view of a read. */
export type RetrievalView = z.infer<typeof readViewSchema>;

/** What the read wrote. */
export type RetrievalResult = z.infer<typeof retrievalResultSchema>;
