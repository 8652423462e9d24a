import { z } from "zod";

/** Answer of health: the process runs. */
export const healthResponseSchema = z.strictObject({ status: z.literal("ok"), version: z.string() });

/** Answer of readiness: everything it needs answers. */
export const readinessResponseSchema = z.strictObject({ status: z.literal("ready") });
