import { z } from "zod";
import { valueTypeSchema } from "../definition/feature.ts";

/** A column that a transformation gives; equals `ResolvedColumn` of core. */
export const resolvedColumnSchema = z
  .strictObject({ name: z.string(), duckdbType: z.string(), type: valueTypeSchema.nullable() })
  .readonly()
  .meta({ id: "ResolvedColumn", description: "A column that the transformation gives." });

/** What a worker found out about a transformation; equals `ResolvedView` of core. */
export const resolvedViewSchema = z
  .strictObject({
    columns: z.array(resolvedColumnSchema).readonly(),
    normalizedSql: z.string(),
    parsedForm: z.string(),
  })
  .readonly();
