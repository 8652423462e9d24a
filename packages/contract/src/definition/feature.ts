import { AGGREGATE_NAMES, VALUE_TYPES, type ValueType } from "@tesela/core";
import { z } from "zod";
import { durationTextSchema, nameSchema } from "./metadata.ts";

/** The type of a value. */
export const valueTypeSchema = z.enum(VALUE_TYPES);

const listTypes = VALUE_TYPES.map((type): `${ValueType}[]` => `${type}[]`);

/** The type of a feature: a value, or a list of values; equals `FeatureType` of core. */
export const featureTypeSchema = z.enum([...VALUE_TYPES, ...listTypes]);

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
    n: z.int().positive().exactOptional(),
    precision: z.int().positive().exactOptional(),
    percentile: z.number().exactOptional(),
    columnType: valueTypeSchema.exactOptional(),
  })
  .readonly()
  .meta({ id: "Aggregate", description: "The values of a column folded over a window." });

/** A feature as declared; equals `FeatureDefinition` of core. */
export const featureSchema = z.discriminatedUnion("kind", [attributeSchema, aggregateSchema]);
