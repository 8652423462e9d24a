import { z } from "zod";
import { definitionKindSchema, definitionSchema } from "../definition/definition.ts";
import { nameSchema } from "../definition/metadata.ts";
import { changeSchema } from "../http/plan.ts";
import { resolvedViewSchema } from "../task/resolved-view.ts";

const putSchema = z.strictObject({
  action: z.enum(["create", "update", "recreate"]),
  kind: definitionKindSchema,
  name: nameSchema,
  definition: definitionSchema,
  fingerprint: z.string(),
  resolved: resolvedViewSchema.nullable(),
});

const deleteSchema = z.strictObject({
  action: z.literal("delete"),
  kind: definitionKindSchema,
  name: nameSchema,
});

/** A plan as it waits in the registry: what it told the user, and what applying it writes. */
export const storedPlanSchema = z.strictObject({
  formatVersion: z.literal(1),
  changes: z.array(changeSchema),
  writes: z.array(z.discriminatedUnion("action", [putSchema, deleteSchema])),
});

/** A plan as it waits in the registry. */
export type StoredPlan = z.infer<typeof storedPlanSchema>;
