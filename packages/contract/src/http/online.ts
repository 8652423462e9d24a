import { z } from "zod";
import { instantSchema } from "../wire/instant.ts";
import { wireFeatureSchema, wireValueSchema } from "../wire/value.ts";
import { MAX_BATCH_ROWS, MAX_LATENCY_BUDGET_MS } from "../wire-compat/feature-service.ts";

const joinKeysSchema = z
  .record(z.string().max(200), wireValueSchema)
  .refine((keys) => Object.keys(keys).length <= 64, "at most 64 join keys");

/** Body of an online read: a value for each join key; the view's types are checked by the reader. */
export const onlineRequestSchema = z.strictObject({ joinKeys: joinKeysSchema });

/** Body of an online read of several rows of keys. */
export const onlineVectorsRequestSchema = z.strictObject({
  rows: z
    .array(
      z.strictObject({
        joinKeys: joinKeysSchema,
        /** What realtime feature views are computed from. */
        requestContext: z.record(z.string().max(200), z.unknown()).default({}),
      }),
    )
    .min(1)
    .max(MAX_BATCH_ROWS),
  /** Whether features that cannot be had in time, or at the moment, are null instead of an error. */
  allowPartialResults: z.boolean().default(false),
  /** Milliseconds after which the store is waited for no longer. */
  latencyBudgetMs: z.int().min(0).max(MAX_LATENCY_BUDGET_MS).exactOptional(),
});

/** Body of an online read of several rows, as a client writes it. */
export type OnlineVectorsRequest = z.input<typeof onlineVectorsRequestSchema>;

/** Body of an online read of every value of a wildcard: a value for each other join key. */
export const onlineQueryRequestSchema = z.strictObject({
  joinKeys: joinKeysSchema,
  /** What realtime feature views are computed from. */
  requestContext: z.record(z.string().max(200), z.unknown()).default({}),
  /** Whether features that cannot be had in time, or at the moment, are null instead of an error. */
  allowPartialResults: z.boolean().default(false),
  /** Milliseconds after which the store is waited for no longer. */
  latencyBudgetMs: z.int().min(0).max(MAX_LATENCY_BUDGET_MS).exactOptional(),
});

/** Body of an online read of every value of a wildcard, as a client writes it. */
export type OnlineQueryRequest = z.input<typeof onlineQueryRequestSchema>;

/** Answer of an online read: a value for each feature, and the instants that it is of (TIME T12). */
export const onlineResponseSchema = z
  .strictObject({
    features: z.record(z.string(), wireFeatureSchema),
    metadata: z.strictObject({
      at: instantSchema,
      edge: instantSchema.nullable(),
      effectiveTime: instantSchema.nullable(),
    }),
  })
  .meta({ id: "OnlineFeatures" });

/** Answer of an online read. */
export type OnlineFeatures = z.infer<typeof onlineResponseSchema>;

const viewInstantsSchema = z.strictObject({
  edge: instantSchema.nullable(),
  effectiveTime: instantSchema.nullable(),
});

const vectorFields = {
  features: z.record(z.string(), wireFeatureSchema),
  /** Features that are null because they could not be had, and why. */
  lacking: z.record(z.string(), z.enum(["TIMEOUT", "UNAVAILABLE", "VALUE_ERROR"])).exactOptional(),
};

/** The instants that the values are of (TIME T12), by view. */
const vectorsMetadataSchema = z.strictObject({
  at: instantSchema,
  views: z.record(z.string(), viewInstantsSchema),
});

/** Answer of an online read of several rows, in the order asked for. */
export const onlineVectorsResponseSchema = z
  .strictObject({ vectors: z.array(z.strictObject(vectorFields)), metadata: vectorsMetadataSchema })
  .meta({ id: "OnlineVectors" });

/** Answer of an online read of several rows. */
export type OnlineVectors = z.infer<typeof onlineVectorsResponseSchema>;

/** Answer of an online read of every value of a wildcard, by that value; each row with all of its join keys. */
export const onlineQueryResponseSchema = z
  .strictObject({
    vectors: z.array(z.strictObject({ joinKeys: z.record(z.string(), wireValueSchema), ...vectorFields })),
    metadata: vectorsMetadataSchema,
  })
  .meta({ id: "OnlineQueryVectors" });

/** Answer of an online read of every value of a wildcard. */
export type OnlineQueryVectors = z.infer<typeof onlineQueryResponseSchema>;
