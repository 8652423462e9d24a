import { z } from "zod";
import { entitySchema } from "../definition/entity.ts";
import { featureViewSchema } from "../definition/feature-view.ts";
import { nameSchema } from "../definition/metadata.ts";
import { sourceSchema } from "../definition/source.ts";

const microsSchema = z.string().regex(/^-?\d{1,19}$/);

/** How far a run goes: the transformation's rows, tiles of them, or feature values. */
export const AGGREGATION_LEVELS = ["disabled", "partial", "full"] as const;

/** How far a run goes. */
export type AggregationLevel = (typeof AGGREGATION_LEVELS)[number];

/** What a worker is asked to run: a view, applied or not, over its sources and what stands in for some of them. */
export const runPayloadSchema = z.strictObject({
  kind: z.literal("run"),
  definition: featureViewSchema,
  entities: z.array(entitySchema),
  sources: z.array(sourceSchema),
  level: z.enum(AGGREGATION_LEVELS),
  /** Microseconds since the epoch, as text; what is absent follows from the schedule. */
  start: microsSchema.nullable(),
  end: microsSchema.nullable(),
  now: microsSchema,
  mocks: z.array(z.strictObject({ parameter: nameSchema, path: z.string() })),
  resultPath: z.string(),
});

/** What a worker is asked to run. */
export type RunPayload = z.infer<typeof runPayloadSchema>;
