import { HOUSEKEEPING_TYPES } from "@tesela/core";
import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";

/** Body of asking for housekeeping; without a view, of all views of the workspace, those that are gone too. */
export const housekeepingRequestSchema = z.strictObject({
  types: z.array(z.enum(HOUSEKEEPING_TYPES)).min(1).default(["collect", "compact", "cleanup"]),
  view: nameSchema.exactOptional(),
  /** Only says what there is to do. */
  dryRun: z.boolean().default(false),
});

/** What there is to do, and the job that does it. */
export const housekeepingWorkSchema = z
  .strictObject({
    type: z.enum(HOUSEKEEPING_TYPES),
    featureView: nameSchema,
    generation: z.int().positive(),
    /** Files to be merged, removed or read; 0 for a clean-up, which removes what is online. */
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    /** `null` in a dry run. */
    jobId: z.string().nullable(),
  })
  .meta({ id: "HousekeepingWork", description: "What housekeeping has to do of a view." });

/** Answer of asking for housekeeping. */
export const housekeepingResponseSchema = z.strictObject({ work: z.array(housekeepingWorkSchema) });

/** Body of asking for housekeeping, as a client writes it. */
export type HousekeepingRequest = z.input<typeof housekeepingRequestSchema>;

/** What there is to do, and the job that does it. */
export type HousekeepingWork = z.infer<typeof housekeepingWorkSchema>;
