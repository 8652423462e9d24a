import { z } from "zod";
import { batchFeatureViewSchema } from "./batch-feature-view.ts";
import { batchSourceSchema } from "./batch-source.ts";
import { entitySchema } from "./entity.ts";

/** Any declared object; equals `Definition` of core. Shapes and sizes only: meaning is core's to check. */
export const definitionSchema = z
  .discriminatedUnion("kind", [entitySchema, batchSourceSchema, batchFeatureViewSchema])
  .meta({ id: "Definition", description: "A declared object." });

/** The whole wanted state of a workspace: at most 2,000 objects. */
export const definitionsSchema = z.array(definitionSchema).max(2_000).readonly();
