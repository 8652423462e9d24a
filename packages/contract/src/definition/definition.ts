import { DEFINITION_KINDS } from "@tesela/core";
import { z } from "zod";
import { batchFeatureViewSchema } from "./batch-feature-view.ts";
import { batchSourceSchema } from "./batch-source.ts";
import { entitySchema } from "./entity.ts";
import { featureServiceSchema } from "./feature-service.ts";
import { featureTableSchema } from "./feature-table.ts";
import { realtimeFeatureViewSchema } from "./realtime-feature-view.ts";
import { streamFeatureViewSchema } from "./stream-feature-view.ts";
import { streamSourceSchema } from "./stream-source.ts";

/** The kind of a declared object. */
export const definitionKindSchema = z.enum(DEFINITION_KINDS);

/** Any declared object; equals `Definition` of core. Shapes and sizes only: meaning is core's to check. */
export const definitionSchema = z
  .discriminatedUnion("kind", [
    entitySchema,
    batchSourceSchema,
    streamSourceSchema,
    batchFeatureViewSchema,
    streamFeatureViewSchema,
    featureTableSchema,
    realtimeFeatureViewSchema,
    featureServiceSchema,
  ])
  .meta({ id: "Definition", description: "A declared object." });

/** The whole wanted state of a workspace: at most 2,000 objects. */
export const definitionsSchema = z.array(definitionSchema).max(2_000).readonly();
