import { z } from "zod";
import { definitionKindSchema, definitionsSchema } from "../definition/definition.ts";
import { nameSchema } from "../definition/metadata.ts";
import { instantSchema } from "../wire/instant.ts";

/** What applying would do to one object, and why. */
export const changeSchema = z
  .strictObject({
    action: z.enum(["create", "update", "recreate", "delete", "none"]),
    kind: definitionKindSchema,
    name: nameSchema,
    reasons: z.array(z.string()),
    isDestructive: z.boolean(),
  })
  .meta({ id: "Change", description: "What applying does to one object; destructive: stored data is lost." });

/** Body of plan: the whole wanted state of the workspace; what is not among them is deleted. */
export const planRequestSchema = z.strictObject({ definitions: definitionsSchema });

/** A plan: what applying it would do, and until when it may be applied. */
export const planSchema = z
  .strictObject({
    id: z.string(),
    workspace: nameSchema,
    baseRevision: z.int().nonnegative(),
    isDestructive: z.boolean(),
    expiresAt: instantSchema,
    changes: z.array(changeSchema),
  })
  .meta({ id: "Plan" });

/** Answer of plan. */
export const planResponseSchema = z.strictObject({ plan: planSchema });

/** Body of apply: a plan by its id, or definitions that destroy nothing. */
export const applyRequestSchema = z
  .strictObject({
    planId: z.string().min(1).max(200).exactOptional(),
    definitions: definitionsSchema.exactOptional(),
  })
  .refine(
    ({ planId, definitions }) => (planId === undefined) !== (definitions === undefined),
    "give either planId or definitions",
  );

/** Answer of apply: the workspace's new revision and what was done. */
export const applyResponseSchema = z.strictObject({
  revision: z.int().nonnegative(),
  changes: z.array(changeSchema),
});

/** What applying does to one object. */
export type Change = z.infer<typeof changeSchema>;

/** A plan. */
export type Plan = z.infer<typeof planSchema>;
