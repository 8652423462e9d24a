import { z } from "zod";
import { consistencySchema } from "../task/consistency.ts";
import { instantSchema } from "../wire/instant.ts";
import { problemSchema } from "../wire/problem.ts";

/** Keys that one check compares at most. */
export const MAX_SAMPLE_SIZE = 10_000;

/** Body of a check: what is absent has the default that stands here. */
export const consistencyRequestSchema = z.strictObject({
  sampleSize: z.int().min(1).max(MAX_SAMPLE_SIZE).default(1_000),
  /** The greatest instant that both sides answer unless told. */
  at: instantSchema.exactOptional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0),
  /** Example keys at most of each feature. */
  examples: z.int().min(0).max(100).default(5),
  /** Where history is read; of stream views the source, else the offline store where there is one. */
  fromSource: z.boolean().exactOptional(),
});

/** A check: its state, and its result or error. */
export const checkingSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(["PENDING", "RUNNING", "SUCCESS", "FAILURE"]),
    result: consistencySchema.nullable(),
    error: problemSchema.nullable(),
  })
  .meta({ id: "ConsistencyChecking" });

/** Answer of a check. */
export const checkingResponseSchema = z.strictObject({ checking: checkingSchema });

/** A check of consistency. */
export type ConsistencyChecking = z.infer<typeof checkingSchema>;

/** Body of a check, as a client writes it. */
export type ConsistencyRequest = z.input<typeof consistencyRequestSchema>;
