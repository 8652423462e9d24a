import { z } from "zod";
import { computedViewFields } from "./view-fields.ts";

/** A batch feature view as declared; equals `BatchFeatureViewDefinition` of core. */
export const batchFeatureViewSchema = z
  .strictObject({
    kind: z.literal("batchFeatureView"),
    ...computedViewFields,
    incrementalBackfills: z.boolean().exactOptional(),
  })
  .readonly()
  .meta({ id: "BatchFeatureView", description: "Features over batch sources, computed on a schedule." });
