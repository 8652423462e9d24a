import { READ_STATUSES } from "@tesela/core";
import { z } from "zod";
import { instantSchema, timeRangeSchema } from "../wire/instant.ts";
import { spineReadSchema } from "./retrieval.ts";

/** What a worker is asked to explain: a read with a spine, and one of its rows (the first is 0). */
export const explainPayloadSchema = spineReadSchema.extend({
  kind: z.literal("explain"),
  row: z.int().nonnegative().nullable(),
});

/** Why a row of a spine has its values, or none. */
export const EXPLAINED_REASONS = [...READ_STATUSES, "not_yet_visible", "embargoed"] as const;

const windowSchema = z.strictObject({
  features: z.array(z.string()),
  /** In words: `the 7d before the bound`. */
  window: z.string(),
  /** What it covers at the bound of the example. */
  example: timeRangeSchema,
});

const explainedSourceSchema = z.strictObject({
  kind: z.enum(["offline store", "source"]),
  /** Why it is read and not the other one. */
  why: z.string(),
  /** Of the offline store: the newest commit that is read. */
  commit: z.string().nullable(),
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  /** Names of source files, without their folders. */
  fileNames: z.array(z.string()),
});

const explainedViewSchema = z.strictObject({
  featureView: z.string(),
  /** What its columns are named after. */
  name: z.string(),
  source: explainedSourceSchema,
  joinCondition: z.string(),
  /** An instant of the spine (its last) and the bound that it has. */
  example: z.strictObject({ instant: instantSchema, bound: instantSchema }).nullable(),
  windows: z.array(windowSchema),
  embargo: z.string().nullable(),
  dataDelay: z.string(),
  grain: z.string(),
  strategy: z.array(z.string()),
  /** What the spine needs of the history; `null` where it needs none. */
  needed: timeRangeSchema.nullable(),
  /** What of it is not materialized. */
  gaps: z.array(timeRangeSchema),
});

const explainedValueSchema = z.strictObject({ feature: z.string(), value: z.string().nullable() });

/** One view at one row of a spine, explained. */
export const explainedRowViewSchema = z.strictObject({
  name: z.string(),
  keys: z.array(z.strictObject({ name: z.string(), value: z.string().nullable() })),
  bound: instantSchema.nullable(),
  reason: z.enum(EXPLAINED_REASONS),
  /** The reason in words, with its instants. */
  because: z.string(),
  /** Event time of the row that matched, or start of the newest tile. */
  matched: instantSchema.nullable(),
  values: z.array(explainedValueSchema),
});

const explainedRowSchema = z.strictObject({
  row: z.int().nonnegative(),
  instant: instantSchema.nullable(),
  views: z.array(explainedRowViewSchema),
});

const explainedRealtimeSchema = z.strictObject({
  featureView: z.string(),
  /** What its columns are named after. */
  name: z.string(),
  /** The columns of the spine that are its request data. */
  request: z.array(z.string()),
  /** What it reads, as the views of the explanation are named. */
  reads: z.array(z.string()),
});

/** A historical read explained: what it would do for each view, and why one row gets what it gets. */
export const explanationSchema = z
  .strictObject({
    spineRows: z.int().nonnegative(),
    timestampKey: z.string(),
    views: z.array(explainedViewSchema),
    /** Realtime feature views, whose functions run over the joined rows. */
    realtime: z.array(explainedRealtimeSchema).exactOptional(),
    row: explainedRowSchema.nullable(),
    sql: z.string(),
  })
  .meta({ id: "Explanation" });

/** What a worker is asked to explain. */
export type ExplainPayload = z.infer<typeof explainPayloadSchema>;

/** Why a row of a spine has its values, or none. */
export type ExplainedReason = (typeof EXPLAINED_REASONS)[number];

/** A view of a historical read, explained. */
export type ExplainedView = z.infer<typeof explainedViewSchema>;

/** One view at one row of a spine, explained. */
export type ExplainedRowView = z.infer<typeof explainedRowViewSchema>;

/** A historical read explained. */
export type ExplanationData = z.infer<typeof explanationSchema>;
