import { z } from "zod";
import { featureTypeSchema } from "../definition/feature.ts";
import { nameSchema } from "../definition/metadata.ts";

const fieldSchema = z.strictObject({ name: nameSchema, type: featureTypeSchema });

const originSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("request") }),
  z.strictObject({
    kind: z.literal("view"),
    view: nameSchema,
    joinKeyMap: z.record(nameSchema, nameSchema).readonly(),
  }),
]);

/** A realtime view ready to run; equals `CompiledRealtimeView` of core. */
export const compiledRealtimeViewSchema = z.strictObject({
  name: nameSchema,
  function: z.string(),
  sources: z
    .array(
      z.strictObject({
        parameter: nameSchema,
        origin: originSchema,
        fields: z.array(fieldSchema.extend({ isCount: z.boolean() })).readonly(),
      }),
    )
    .readonly(),
  features: z.array(fieldSchema).readonly(),
});

/** A realtime view of a historical read. */
export const realtimeReadSchema = z.strictObject({
  view: compiledRealtimeViewSchema,
  /** What its features are named after. */
  name: nameSchema,
  features: z.array(nameSchema).nullable(),
  /** How many of the views that the result shows stand before it. */
  position: z.int().nonnegative(),
  /** Of each source in order: the place of its view among the read's views, which the result does not show. */
  views: z.array(z.int().nonnegative().nullable()),
});

/** A realtime view of a historical read. */
export type RealtimeRead = z.infer<typeof realtimeReadSchema>;
