import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { sourceSchema } from "../definition/source.ts";
import { problemDetailSchema } from "../wire/problem.ts";
import { compiledRealtimeViewSchema } from "./realtime.ts";
import { resolvedViewSchema } from "./resolved-view.ts";

/** What a worker is asked to check: the transformations of views, each with its sources, and functions. */
export const checkPayloadSchema = z.strictObject({
  views: z.array(
    z.strictObject({
      name: nameSchema,
      sql: z.string(),
      /** Whether every row it gives must come from one row of a source (TIME T16). */
      isRowWise: z.boolean(),
      sources: z.array(z.strictObject({ parameter: nameSchema, source: sourceSchema })),
    }),
  ),
  realtimeViews: z.array(compiledRealtimeViewSchema).exactOptional(),
});

/** What it found: for each view its problems, or the columns and the checked SQL. */
export const checkResultSchema = z.strictObject({
  views: z.array(
    z.strictObject({
      name: nameSchema,
      problems: z.array(problemDetailSchema),
      resolved: resolvedViewSchema.nullable(),
    }),
  ),
  /** The problems of the functions of realtime views. */
  realtimeViews: z
    .array(z.strictObject({ name: nameSchema, problems: z.array(problemDetailSchema) }))
    .exactOptional(),
});

/** What a worker is asked to check. */
export type CheckPayload = z.infer<typeof checkPayloadSchema>;

/** What it found. */
export type CheckResult = z.infer<typeof checkResultSchema>;
