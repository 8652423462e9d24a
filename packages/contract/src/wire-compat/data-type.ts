import type { FeatureType, ValueType } from "@tesela/core";
import { z } from "zod";

/** The names of types that the published clients know. */
const WIRE_TYPES = ["boolean", "int64", "string", "float64", "array"] as const;

/** A type as the published clients read it: instants are ISO text, bytes base64 text. */
export const wireDataTypeSchema = z
  .strictObject({
    type: z.enum(WIRE_TYPES),
    get elementType() {
      return wireDataTypeSchema.exactOptional();
    },
  })
  .meta({ id: "DataType", description: "elementType stands with arrays only." });

/** A type as the published clients read it. */
export type WireDataType = z.infer<typeof wireDataTypeSchema>;

const wireTypes: Readonly<Record<ValueType, WireDataType["type"]>> = {
  int64: "int64",
  float64: "float64",
  string: "string",
  bool: "boolean",
  timestamp: "string",
  bytes: "string",
};

/** How the published clients read a feature or a join key of a type. */
export function wireDataTypeOf(type: FeatureType): WireDataType {
  if (!type.endsWith("[]")) return { type: wireTypes[type as ValueType] };
  return { type: "array", elementType: { type: wireTypes[type.slice(0, -2) as ValueType] } };
}
