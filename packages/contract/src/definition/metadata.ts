import { z } from "zod";

/** A name on the wire; its letters are checked with the definitions, so that one answer lists every problem. */
export const nameSchema = z.string().min(1).max(200);

/** Duration text such as `"2h"`, at most 64 characters; read by the checks of the definitions. */
export const durationTextSchema = z.string().min(1).max(64);

/** What every declared object may carry besides its meaning. */
export const metadataFields = {
  description: z.string().max(10_000).exactOptional(),
  owner: z.string().max(500).exactOptional(),
  tags: z
    .record(z.string().min(1).max(200), z.string().max(2_000))
    .refine((tags) => Object.keys(tags).length <= 100, "at most 100 tags")
    .readonly()
    .exactOptional(),
  definedIn: z.string().max(1_000).exactOptional(),
};
