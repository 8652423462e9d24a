import { z } from "zod";
import { durationTextSchema, nameSchema } from "../definition/metadata.ts";
import { retrievalResultSchema } from "../task/retrieval.ts";
import { instantSchema } from "../wire/instant.ts";
import { problemSchema } from "../wire/problem.ts";
import { progressSchema } from "./progress.ts";
import { secondsSchema } from "./wait.ts";

/** Answer of uploading a spine or another table. */
export const spineResponseSchema = z.strictObject({
  spine: z
    .strictObject({ id: z.string(), bytes: z.int().nonnegative(), expiresAt: instantSchema })
    .meta({ id: "Spine" }),
});

/** What a URL that needs no key carries instead. */
export const signedQuerySchema = z.strictObject({ signature: z.string().max(100) });

const uploadIdSchema = z.string().min(1).max(200);

/** A view of a read: its name, or a part of it, under another name or with other keys. */
const readViewSchema = z.strictObject({
  view: nameSchema,
  name: nameSchema.exactOptional(),
  features: z.array(nameSchema).min(1).max(1_000).exactOptional(),
  joinKeyMap: z.record(nameSchema, nameSchema).exactOptional(),
});

/** One duration for every view that it can be meant for, or one each by the name of its features (TIME T11). */
const fenceSchema = z.union([durationTextSchema, z.record(nameSchema, durationTextSchema)]);

/**
 * Body of a historical read: with a spine, or over a range of time (TIME T15). Which options go together is
 * checked by the server, with a fix for each.
 */
export const historicalRequestSchema = z.strictObject({
  featureViews: z
    .array(z.union([nameSchema, readViewSchema]))
    .min(1)
    .max(100)
    .exactOptional(),
  /** Instead of views. */
  featureService: nameSchema.exactOptional(),
  fromSource: z.boolean().exactOptional(),
  onUnmaterialized: z.enum(["error", "null"]).default("error"),
  onError: z.enum(["error", "null"]).default("error"),
  join: z.enum(["exclusive", "inclusive"]).default("exclusive"),
  embargo: fenceSchema.exactOptional(),
  maxLookback: fenceSchema.exactOptional(),
  maxStaleness: fenceSchema.exactOptional(),
  asOf: instantSchema.exactOptional(),
  /** An uploaded table; without one the read is over a range. */
  spineId: uploadIdSchema.exactOptional(),
  /** With a spine only, as the next two. */
  timestampKey: z.string().min(1).max(500).exactOptional(),
  onMissing: z.enum(["null", "skip", "error"]).exactOptional(),
  knownAt: z.literal("event").exactOptional(),
  /** Without a spine only, as the next two; from the first answer unless told. */
  startTime: instantSchema.exactOptional(),
  /** To the platform clock unless told; not part of the range. */
  endTime: instantSchema.exactOptional(),
  /** An uploaded table of join keys; all keys unless told. */
  entitiesId: uploadIdSchema.exactOptional(),
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

/** Body of a historical read, as a client writes it. */
export type HistoricalRequest = z.input<typeof historicalRequestSchema>;

/** A view of a historical read, as a client writes it. */
export type HistoricalReadView = NonNullable<HistoricalRequest["featureViews"]>[number];
