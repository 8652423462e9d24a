import { z } from "zod";
import { computedViewFields } from "./view-fields.ts";

/** A stream feature view as declared; equals `StreamFeatureViewDefinition` of core. */
export const streamFeatureViewSchema = z
  .strictObject({ kind: z.literal("streamFeatureView"), ...computedViewFields })
  .readonly()
  .meta({ id: "StreamFeatureView", description: "Features over one stream of events." });
