import { z } from "zod";
import { viewFields } from "./view-fields.ts";

/** A feature table as declared; equals `FeatureTableDefinition` of core. */
export const featureTableSchema = z
  .strictObject({ kind: z.literal("featureTable"), ...viewFields })
  .readonly()
  .meta({ id: "FeatureTable", description: "Attributes whose rows are ingested as they are." });
