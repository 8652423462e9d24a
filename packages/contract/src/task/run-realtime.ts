import { z } from "zod";
import { featureTypeSchema } from "../definition/feature.ts";
import { nameSchema } from "../definition/metadata.ts";

const fieldSchema = z.strictObject({ name: nameSchema, type: featureTypeSchema });

/** What a worker is asked to run: the function of a realtime view over tables that stand in for its sources. */
export const runRealtimePayloadSchema = z.strictObject({
  kind: z.literal("runRealtime"),
  view: nameSchema,
  function: z.string(),
  features: z.array(fieldSchema),
  sources: z.array(
    z.strictObject({
      parameter: nameSchema,
      /** A type that is null is that of the table's column. */
      fields: z.array(fieldSchema.extend({ type: featureTypeSchema.nullable(), isCount: z.boolean() })),
      path: z.string(),
    }),
  ),
  resultPath: z.string(),
});

/** What a worker is asked to run of a realtime view. */
export type RunRealtimePayload = z.infer<typeof runRealtimePayloadSchema>;
