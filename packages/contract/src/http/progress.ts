import { z } from "zod";

/** How far a piece of work is; `fraction` (0 to 1) and `rows` are null while unknown. */
export const progressSchema = z
  .strictObject({
    phase: z.string(),
    fraction: z.number().min(0).max(1).nullable(),
    rows: z.int().nonnegative().nullable(),
  })
  .meta({ id: "Progress" });
