import { z } from "zod";
import { instantSchema } from "../wire/instant.ts";

/** Body of a read of served vectors: those of a range of time, or all. */
export const servedRequestSchema = z.strictObject({
  startTime: instantSchema.exactOptional(),
  /** Not part of the range. */
  endTime: instantSchema.exactOptional(),
});

/** Body of a read of served vectors, as a client writes it. */
export type ServedRequest = z.input<typeof servedRequestSchema>;
