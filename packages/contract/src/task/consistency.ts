import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { instantSchema } from "../wire/instant.ts";
import { wireFeatureSchema, wireValueSchema } from "../wire/value.ts";
import { explainedRowViewSchema } from "./explain.ts";
import { spineReadSchema } from "./retrieval.ts";

/** What a worker is asked to compare: the online answers of some keys of a view with its historical ones. */
export const consistencyPayloadSchema = spineReadSchema
  .omit({ spinePath: true, realtime: true, timestampKey: true, onMissing: true })
  .extend({
    kind: z.literal("consistency"),
    /** Microseconds since the epoch, as text; the greatest instant that both sides answer unless told. */
    at: z
      .string()
      .regex(/^-?\d{1,19}$/)
      .nullable(),
    sampleSize: z.int().positive(),
    /** The same seed samples the same keys of the same history. */
    seed: z.int().nonnegative(),
    /** Keys at most that are shown of a feature. */
    examples: z.int().nonnegative(),
  });

const joinKeysSchema = z.record(z.string(), wireValueSchema);

const countSchema = z.int().nonnegative();

const featureConsistencySchema = z.strictObject({
  feature: nameSchema,
  equal: countSchema,
  /** Both have a value, and not the same. */
  mismatch: countSchema,
  /** History has a value, the online store none. */
  missing: countSchema,
  /** The online store has a value, history none. */
  extra: countSchema,
  examples: z.array(
    z.strictObject({
      joinKeys: joinKeysSchema,
      difference: z.enum(["mismatch", "missing", "extra"]),
      online: wireFeatureSchema,
      offline: wireFeatureSchema,
    }),
  ),
});

/** How the online store came to the answer of a key. */
export const onlineExplanationSchema = z.strictObject({
  /** The bound that it answered at (TIME T3). */
  bound: instantSchema.nullable(),
  /** How far the view is materialized online; of views that follow the clock the instant itself. */
  edge: instantSchema.nullable(),
  /** The commit that the store has reached. */
  commit: z.string().nullable(),
  /** Rows, or tiles of every resolution that the answer needs. */
  stored: countSchema,
  /** Event time of the newest stored row before the bound, or start of the newest tile. */
  newest: instantSchema.nullable(),
  /** Rows before this instant are hidden, as the key was deleted (TIME T17). */
  deletedBefore: instantSchema.nullable(),
});

/** What a comparison of the online with the historical answers of a view has found. */
export const consistencySchema = z
  .strictObject({
    featureView: nameSchema,
    /** The instant of both answers. */
    at: instantSchema,
    bound: instantSchema,
    seed: z.int().nonnegative(),
    history: z.enum(["offline store", "source"]),
    /** The keys that were compared. */
    sampledKeys: countSchema,
    /** Those of them with a difference in any feature. */
    differingKeys: countSchema,
    features: z.array(featureConsistencySchema),
    /** Both sides of some of the differing keys. */
    explained: z.array(
      z.strictObject({
        joinKeys: joinKeysSchema,
        online: onlineExplanationSchema,
        offline: explainedRowViewSchema,
      }),
    ),
  })
  .meta({ id: "Consistency" });

/** What a worker is asked to compare. */
export type ConsistencyPayload = z.infer<typeof consistencyPayloadSchema>;

/** What a comparison has found. */
export type ConsistencyData = z.infer<typeof consistencySchema>;

/** What it has found of one feature. */
export type FeatureConsistency = z.infer<typeof featureConsistencySchema>;

/** How the online store came to an answer. */
export type OnlineExplanationData = z.infer<typeof onlineExplanationSchema>;
