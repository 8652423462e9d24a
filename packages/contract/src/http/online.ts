import { z } from "zod";
import { instantSchema } from "../wire/instant.ts";
import { wireFeatureSchema, wireValueSchema } from "../wire/value.ts";

/** Body of an online read: a value for each join key; the view's types are checked by the reader. */
export const onlineRequestSchema = z.strictObject({
  joinKeys: z
    .record(z.string().max(200), wireValueSchema)
    .refine((keys) => Object.keys(keys).length <= 64, "at most 64 join keys"),
});

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
