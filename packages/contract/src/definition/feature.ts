import { AGGREGATE_NAMES, VALUE_TYPES } from "@tesela/core";
import { z } from "zod";
import { durationTextSchema, nameSchema } from "./metadata.ts";

/** The type of a value. */
export const valueTypeSchema = z.enum(VALUE_TYPES);

const windowSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("sliding"), size: durationTextSchema, offset: durationTextSchema })
    .readonly(),
  z.strictObject({ kind: z.literal("lifetime") }).readonly(),
]);

const attributeSchema = z
  .strictObject({ kind: z.literal("attribute"), name: nameSchema, type: valueTypeSchema })
  .readonly()
  .meta({ id: "Attribute", description: "The newest value of a column." });

const aggregateSchema = z
  .strictObject({
    kind: z.literal("aggregate"),
    name: nameSchema,
    function: z.enum(AGGREGATE_NAMES),
    column: z.string().max(200),
    window: windowSchema,
    columnType: valueTypeSchema.exactOptional(),
  })
  .readonly()
  .meta({ id: "Aggregate", description: "The values of a column folded over a window." });

/** A feature as declared; equals `FeatureDefinition` of core. */
export const featureSchema = z.discriminatedUnion("kind", [attributeSchema, aggregateSchema]);
