import { HOUSEKEEPING_TYPES } from "@tesela/core";
import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";

/** What may be asked for: jobs of views, and `served`: the removal of served vectors that are past their retention. */
const WORK_TYPES = [...HOUSEKEEPING_TYPES, "served"] as const;

/** Body of asking for housekeeping; without a view, of all views of the workspace, those that are gone too. */
export const housekeepingRequestSchema = z.strictObject({
  types: z.array(z.enum(WORK_TYPES)).min(1).default(["collect", "compact", "cleanup", "served"]),
  view: nameSchema.exactOptional(),
  /** Only says what there is to do. */
  dryRun: z.boolean().default(false),
});

/** Files to be merged, removed or read; 0 for a clean-up, which removes what is online. */
const amount = { files: z.int().nonnegative(), bytes: z.int().nonnegative() };

const viewWorkSchema = z.strictObject({
  type: z.enum(HOUSEKEEPING_TYPES),
  featureView: nameSchema,
  generation: z.int().positive(),
  ...amount,
  /** `null` in a dry run. */
  jobId: z.string().nullable(),
});

const servedWorkSchema = z.strictObject({
  type: z.literal("served"),
  featureService: nameSchema,
  ...amount,
  /** It needs no job: but for a dry run it is done when it is answered. */
  jobId: z.null(),
});

/** What there is to do, and the job that does it. */
export const housekeepingWorkSchema = z
  .union([viewWorkSchema, servedWorkSchema])
  .meta({ id: "HousekeepingWork", description: "What housekeeping has to do of a view or of a served log." });

/** Answer of asking for housekeeping. */
export const housekeepingResponseSchema = z.strictObject({ work: z.array(housekeepingWorkSchema) });

/** Body of asking for housekeeping, as a client writes it. */
export type HousekeepingRequest = z.input<typeof housekeepingRequestSchema>;

/** What there is to do, and the job that does it. */
export type HousekeepingWork = z.infer<typeof housekeepingWorkSchema>;
