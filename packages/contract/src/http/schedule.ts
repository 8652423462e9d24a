import { BATCH_TRIGGERS } from "@tesela/core";
import { z } from "zod";
import { instantSchema } from "../wire/instant.ts";
import { errorCodeSchema } from "../wire/problem.ts";
import { jobSchema } from "./job.ts";

const rangeSchema = z.strictObject({ startTime: instantSchema, endTime: instantSchema });
const jobRangeSchema = z.strictObject({
  startTime: instantSchema,
  endTime: instantSchema,
  jobId: z.string(),
});

const storeCoverageSchema = z
  .strictObject({
    materialized: z.array(rangeSchema),
    /** What is due and what no job is about to bring. */
    missing: z.array(rangeSchema),
    running: z.array(jobRangeSchema),
    /** Of jobs that wait for a worker, for their turn, or to be tried again. */
    waiting: z.array(jobRangeSchema),
    failed: z.array(jobRangeSchema),
    /** Nothing fills them by itself; neither those that failed. */
    cancelled: z.array(jobRangeSchema),
    /** Their source files have changed since. */
    stale: z.array(rangeSchema),
    /** How far it is materialized without a gap; null before all is there that the first answer needs. */
    edge: instantSchema.nullable(),
    /** Where the edge would be if every job that is due had run; null before the first is. */
    expectedEdge: instantSchema.nullable(),
    lagSeconds: z.number().nonnegative().nullable(),
  })
  .meta({ id: "StoreCoverage", description: "What of a view is in one store, and what is not and why." });

/** What is materialized of a view, what is not and why, and what is stale. */
export const coverageSchema = z
  .strictObject({
    featureView: z.string(),
    now: instantSchema,
    batchTrigger: z.enum(BATCH_TRIGGERS),
    offline: storeCoverageSchema,
    online: storeCoverageSchema,
    /** When the newest commit was made; null before the first. */
    latestCommitAt: instantSchema.nullable(),
    /** When the source files were last compared; null where they never were. */
    sourcesSeenAt: instantSchema.nullable(),
    /** Why the schedule could make no jobs when it last looked. */
    scheduleError: z
      .strictObject({ code: errorCodeSchema, message: z.string(), failedAt: instantSchema })
      .nullable(),
  })
  .meta({ id: "Coverage", description: "What is materialized of a feature view." });

/** Answer of coverage. */
export const coverageResponseSchema = z.strictObject({ coverage: coverageSchema });

/** Body of refill: the ranges of cancelled and failed jobs that overlap this one; all without times. */
export const refillRequestSchema = z.strictObject({
  startTime: instantSchema.exactOptional(),
  endTime: instantSchema.exactOptional(),
});

/** Answer of refill: how many jobs hold nothing any more, and how many the schedule has made at once. */
export const refillResponseSchema = z.strictObject({
  released: z.int().nonnegative(),
  jobsMade: z.int().nonnegative(),
});

/** Answer of a refresh: the jobs that materialize stale ranges again. */
export const refreshResponseSchema = z.strictObject({ jobs: z.array(jobSchema) });

/** Query of a job's log. */
export const jobLogsQuerySchema = z.strictObject({
  attempt: z.coerce.number().int().min(1).max(1_000_000).exactOptional(),
});

/** Answer of a job's log. */
export const jobLogsResponseSchema = z.strictObject({
  logs: z.array(
    z
      .strictObject({
        attempt: z.int().positive(),
        at: instantSchema,
        level: z.enum(["info", "error"]),
        message: z.string(),
      })
      .meta({ id: "JobLogLine" }),
  ),
});

/** What is materialized of a view. */
export type Coverage = z.infer<typeof coverageSchema>;

/** A line of the log of one of a job's attempts. */
export type JobLogLine = z.infer<typeof jobLogsResponseSchema>["logs"][number];
