import { ATTEMPT_STATES, JOB_STATES, JOB_TRIGGERS, JOB_TYPES } from "@tesela/core";
import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { instantSchema } from "../wire/instant.ts";
import { errorCodeSchema } from "../wire/problem.ts";
import { progressSchema } from "./progress.ts";
import { secondsSchema } from "./wait.ts";

const failureSchema = z
  .strictObject({ code: errorCodeSchema, message: z.string() })
  .meta({ id: "Failure", description: "Why an attempt or a job failed." });

const jobProgressSchema = progressSchema
  .extend({ bytes: z.int().nonnegative().nullable() })
  .meta({ id: "JobProgress", description: "How far a job is; bytes: written to the offline store so far." });

/** One try of a job by one worker. */
export const attemptSchema = z
  .strictObject({
    number: z.int().positive(),
    state: z.enum(ATTEMPT_STATES),
    startedAt: instantSchema,
    endedAt: instantSchema.nullable(),
    error: failureSchema.nullable(),
    workerId: z.string(),
    rows: z.int().nonnegative().nullable(),
  })
  .meta({ id: "Attempt" });

/** A materialization job, or an ingest into a feature table. */
export const jobSchema = z
  .strictObject({
    id: z.string(),
    featureView: nameSchema,
    workspace: nameSchema,
    type: z.enum(JOB_TYPES),
    /** Why it was made. */
    trigger: z.enum(JOB_TRIGGERS),
    state: z.enum(JOB_STATES),
    /** `null` while an ingest has not read its rows, and where it has brought none. */
    startTime: instantSchema.nullable(),
    endTime: instantSchema.nullable(),
    online: z.boolean(),
    offline: z.boolean(),
    overwrite: z.boolean(),
    useManagedRetries: z.boolean(),
    createdAt: instantSchema,
    updatedAt: instantSchema,
    retryAt: instantSchema.nullable(),
    attempts: z.array(attemptSchema),
    progress: jobProgressSchema,
    /** Rows left out for want of a key or an event time; `null` before they are committed. */
    rejectedRows: z.int().nonnegative().nullable(),
    error: failureSchema.nullable(),
  })
  .meta({
    id: "Job",
    description: "What a user asked for: to materialize a range of a view, or to ingest rows into a table.",
  });

/** Body of triggering a job; a store that is not named is materialized where the view has it. */
export const triggerRequestSchema = z.strictObject({
  startTime: instantSchema,
  endTime: instantSchema,
  online: z.boolean().exactOptional(),
  offline: z.boolean().exactOptional(),
  useManagedRetries: z.boolean().default(true),
  overwrite: z.boolean().default(false),
});

const flagSchema = z.enum(["true", "false"]).transform((text) => text === "true");

/**
 * Query of the list of jobs; `cursor` is `nextCursor` of the page before. Of `startTime` and `endTime`, one or both:
 * jobs whose range overlaps `[startTime, endTime)`.
 */
export const listJobsQuerySchema = z.strictObject({
  view: nameSchema.exactOptional(),
  state: z.enum(JOB_STATES).exactOptional(),
  type: z.enum(JOB_TYPES).exactOptional(),
  trigger: z.enum(JOB_TRIGGERS).exactOptional(),
  startTime: instantSchema.exactOptional(),
  endTime: instantSchema.exactOptional(),
  online: flagSchema.exactOptional(),
  offline: flagSchema.exactOptional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().min(1).max(500).exactOptional(),
});

/** Query of waiting for a job: how long, and the `updatedAt` that is known already. */
export const waitJobQuerySchema = z.strictObject({
  timeoutSeconds: secondsSchema.default(25),
  since: instantSchema.exactOptional(),
});

/** Answer of one job. */
export const jobResponseSchema = z.strictObject({ job: jobSchema });

/** Answer of the list of jobs, newest first. */
export const jobsResponseSchema = z.strictObject({
  jobs: z.array(jobSchema),
  nextCursor: z.string().nullable(),
});

/** A materialization job, or an ingest. */
export type Job = z.infer<typeof jobSchema>;

/** One try of a job by one worker. */
export type Attempt = z.infer<typeof attemptSchema>;

/** Body of triggering a job, as a client writes it. */
export type TriggerRequest = z.input<typeof triggerRequestSchema>;
