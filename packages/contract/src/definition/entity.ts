import { KEY_TYPES } from "@tesela/core";
import { z } from "zod";
import { metadataFields, nameSchema } from "./metadata.ts";

/** A join key: its name and type. */
export const joinKeySchema = z
  .strictObject({ name: nameSchema, type: z.enum(KEY_TYPES) })
  .readonly()
  .meta({ id: "JoinKey", description: "A join key of an entity." });

/** An entity as declared; equals `EntityDefinition` of core. */
export const entitySchema = z
  .strictObject({
    kind: z.literal("entity"),
    name: nameSchema,
    joinKeys: z.array(joinKeySchema).max(32).readonly(),
    ...metadataFields,
  })
  .readonly()
  .meta({ id: "Entity", description: "A thing that features describe, known by its join keys." });
