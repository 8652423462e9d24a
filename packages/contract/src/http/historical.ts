import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { retrievalResultSchema } from "../task/retrieval.ts";
import { instantSchema } from "../wire/instant.ts";
import { problemSchema } from "../wire/problem.ts";
import { progressSchema } from "./progress.ts";
import { secondsSchema } from "./wait.ts";

/** Answer of uploading a spine. */
export const spineResponseSchema = z.strictObject({
  spine: z
    .strictObject({ id: z.string(), bytes: z.int().nonnegative(), expiresAt: instantSchema })
    .meta({ id: "Spine" }),
});

/** Body of asking for features at the instants of a spine. */
export const historicalRequestSchema = z.strictObject({
  spineId: z.string().min(1).max(200),
  featureViews: z.array(nameSchema).min(1).max(100),
  timestampKey: z.string().min(1).max(500).exactOptional(),
  fromSource: z.boolean().exactOptional(),
  onUnmaterialized: z.enum(["error", "null"]).default("error"),
});

/** A historical read: how far it is, and its result or error. */
export const retrievalSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(["PENDING", "RUNNING", "SUCCESS", "FAILURE"]),
    progress: progressSchema.nullable(),
    result: retrievalResultSchema.nullable(),
    error: problemSchema.nullable(),
  })
  .meta({ id: "Retrieval" });

/** Query of one historical read: how many seconds to wait for its end. */
export const retrievalQuerySchema = z.strictObject({ waitSeconds: secondsSchema.default(0) });

/** Answer of a historical read. */
export const retrievalResponseSchema = z.strictObject({ retrieval: retrievalSchema });

/** A historical read. */
export type Retrieval = z.infer<typeof retrievalSchema>;

/** Body of asking for features, as a client writes it. */
export type HistoricalRequest = z.input<typeof historicalRequestSchema>;
