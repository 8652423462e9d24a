import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { keysVerificationSchema } from "../task/verify-keys.ts";
import { instantSchema } from "../wire/instant.ts";
import { problemSchema } from "../wire/problem.ts";
import { wireValueSchema } from "../wire/value.ts";
import { jobSchema } from "./job.ts";

/** Keys that one deletion takes at most. */
export const MAX_DELETED_KEYS = 10_000;

/** Body of deleting keys: full join keys; a store that is not named is deleted from where the view has it. */
export const deletionRequestSchema = z.strictObject({
  keys: z.array(z.record(z.string().max(200), wireValueSchema)).min(1),
  online: z.boolean().exactOptional(),
  offline: z.boolean().exactOptional(),
});

/** A deletion of keys (TIME T17) and its jobs. */
export const deletionSchema = z
  .strictObject({
    id: z.string(),
    featureView: nameSchema,
    /** Rows of its keys before this instant are hidden for good. */
    at: instantSchema,
    keyCount: z.int().nonnegative(),
    online: z.boolean(),
    offline: z.boolean(),
    createdAt: instantSchema,
    /** The oldest first: one for each store, and those that the platform has made since. */
    jobs: z.array(jobSchema),
    /** What else may hold the keys: nobody but its owner can take them out of it. */
    mayRemain: z.array(z.string()),
  })
  .meta({ id: "Deletion", description: "A deletion of keys of a feature view, for good and on every path." });

/** Answer of deleting keys. */
export const deletionResponseSchema = z.strictObject({ deletion: deletionSchema });

/** Query of the list of deletions. */
export const listDeletionsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** Answer of the list of deletions, the newest first. */
export const deletionsResponseSchema = z.strictObject({ deletions: z.array(deletionSchema) });

/** A scan of all files of a view for deleted keys: its state, and its result or error. */
export const verifyingSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(["PENDING", "RUNNING", "SUCCESS", "FAILURE"]),
    result: keysVerificationSchema.nullable(),
    error: problemSchema.nullable(),
  })
  .meta({ id: "KeysVerifying" });

/** Answer of a scan for deleted keys. */
export const verifyingResponseSchema = z.strictObject({ verifying: verifyingSchema });

/** A deletion of keys and its jobs. */
export type Deletion = z.infer<typeof deletionSchema>;

/** Body of deleting keys, as a client writes it. */
export type DeletionRequest = z.input<typeof deletionRequestSchema>;

/** A scan of all files of a view for deleted keys. */
export type KeysVerifying = z.infer<typeof verifyingSchema>;
