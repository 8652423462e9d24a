import { z } from "zod";
import { wireFeatureSchema, wireValueSchema } from "../wire/value.ts";
import { wireDataTypeSchema } from "./data-type.ts";
import { sloInfoSchema, wireFeatureMetadataSchema } from "./feature-service.ts";

/** Rows that one query answers at most: a query that finds more is refused. */
export const MAX_QUERY_ROWS = 1_000;

/** Answer of a query: a row for each value of the wildcard, by that value; no row where there is none. */
export const queryFeaturesResponseSchema = z.strictObject({
  results: z.array(
    z.strictObject({ features: z.array(wireFeatureSchema), joinKeys: z.array(wireValueSchema) }),
  ),
  metadata: z
    .strictObject({
      /** The status of a feature: `PRESENT` where some row has a value. */
      features: z.array(wireFeatureMetadataSchema).exactOptional(),
      joinKeys: z
        .array(
          z.strictObject({ name: z.string().exactOptional(), dataType: wireDataTypeSchema.exactOptional() }),
        )
        .exactOptional(),
      sloInfo: sloInfoSchema.exactOptional(),
      partialResults: z.literal(true).exactOptional(),
    })
    .exactOptional(),
});
