import { z } from "zod";
import { batchFeatureViewSchema } from "./batch-feature-view.ts";
import { featureTableSchema } from "./feature-table.ts";
import { streamFeatureViewSchema } from "./stream-feature-view.ts";

/** Any feature view as declared; equals `FeatureViewDefinition` of core. */
export const featureViewSchema = z
  .discriminatedUnion("kind", [batchFeatureViewSchema, streamFeatureViewSchema, featureTableSchema])
  .meta({ id: "FeatureViewDefinition", description: "A feature view as declared." });
