import { z } from "zod";
import { PATHS } from "./case.ts";

const json = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const type = z.enum(["int64", "float64", "string", "bool", "timestamp"]);
const row = z.record(z.string(), json);
const answer = z.record(z.string(), z.union([json, z.array(json)]));

const feature = z.union([
  z.strictObject({ attribute: z.string() }),
  z.strictObject({
    name: z.string(),
    function: z.string(),
    column: z.string(),
    window: z.string(),
    offset: z.string().optional(),
    n: z.number().optional(),
    precision: z.number().optional(),
    percentile: z.number().optional(),
    /** Another name of `percentile`. */
    p: z.number().optional(),
  }),
]);

const view = z.strictObject({
  kind: z.enum(["batch", "stream", "table"]),
  joinKeys: z.record(z.string(), z.enum(["int64", "string"])),
  columns: z.record(z.string(), type),
  timestampField: z.string(),
  features: z.array(feature).min(1),
  featureStartTime: z.string(),
  batchSchedule: z.string().optional(),
  aggregationInterval: z.string().optional(),
  lifetimeStartTime: z.string().optional(),
  ttl: z.string().optional(),
  dataDelay: z.string().optional(),
  createdTimestampField: z.string().optional(),
  eventIdField: z.string().optional(),
});

/** One case as a file holds it; `expect` follows the spine, or is the whole answer of a range read, or a failure. */
export const caseSchema = z.object({
  id: z.string().min(1),
  title: z.string().default(""),
  view,
  events: z.array(row),
  spine: z.array(row).optional(),
  range: z.object({ startTime: z.string(), endTime: z.string() }).optional(),
  timestampKey: z.string().optional(),
  options: z.record(z.string(), z.unknown()).default({}),
  expect: z.union([
    z.array(z.union([answer, z.string()])),
    z.literal("error"),
    z.strictObject({ error: z.string() }),
  ]),
  paths: z
    .array(z.enum(PATHS))
    .min(1)
    .default([...PATHS]),
});

/** A case as JSON. */
export type CaseJson = z.infer<typeof caseSchema>;

/** A view as JSON. */
export type ViewJson = CaseJson["view"];

/** A row of values as JSON. */
export type RowJson = CaseJson["events"][number];
