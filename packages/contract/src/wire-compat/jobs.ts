import { JOB_TYPES } from "@tesela/core";
import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { instantSchema } from "../wire/instant.ts";
import { eitherSpelling } from "./spelling.ts";

/** Which feature view a body is about. */
export const viewFields = { workspace: nameSchema, featureView: nameSchema };

/** Body of making a job. */
export const submitWireJobRequestSchema = eitherSpelling(
  z.strictObject({
    ...viewFields,
    startTime: instantSchema,
    endTime: instantSchema,
    online: z.boolean(),
    offline: z.boolean(),
    overwrite: z.boolean().default(false),
    useTectonManagedRetries: z.boolean().default(true),
  }),
);

/** Body of one job: to look at it or to cancel it. */
export const wireJobRequestSchema = eitherSpelling(
  z.strictObject({ ...viewFields, jobId: z.string().min(1).max(200) }),
);

/** Body of the jobs of a view. */
export const listWireJobsRequestSchema = eitherSpelling(z.strictObject(viewFields));

/** Body of how far a view, or all views of a service, are materialized. */
export const readyTimeRequestSchema = eitherSpelling(
  z.strictObject({
    workspace: nameSchema,
    featureView: nameSchema.exactOptional(),
    featureService: nameSchema.exactOptional(),
  }),
);

const PREFIX = "MATERIALIZATION_TASK_STATUS_";

/**
 * States as a poller of the compatible API knows them: it treats every one that does not end in `RUNNING` as
 * final, so that waiting, cancelling and retrying jobs are `RUNNING` here.
 */
export const WIRE_JOB_STATES = [
  `${PREFIX}RUNNING`,
  `${PREFIX}SUCCESS`,
  `${PREFIX}FAILURE`,
  `${PREFIX}MANUALLY_CANCELLED`,
] as const;

/** A state of a job or an attempt, as a poller of the compatible API knows it. */
export type WireJobState = (typeof WIRE_JOB_STATES)[number];

const stateSchema = z.enum(WIRE_JOB_STATES).meta({ id: "WireJobState" });
const wireTimeSchema = z.string().meta({ description: "ISO 8601, UTC: 2024-01-31T12:00:00Z" });

const wireAttemptSchema = z
  .strictObject({
    id: z.string(),
    state: stateSchema,
    created_at: wireTimeSchema,
    updated_at: wireTimeSchema,
    run_url: z.string(),
  })
  .meta({ id: "WireAttempt" });

/** A job as a published client reads it. */
export const wireJobSchema = z
  .strictObject({
    id: z.string(),
    workspace: z.string(),
    feature_view: z.string(),
    job_type: z.enum(JOB_TYPES),
    state: stateSchema,
    online: z.boolean(),
    offline: z.boolean(),
    start_time: wireTimeSchema.exactOptional(),
    end_time: wireTimeSchema.exactOptional(),
    created_at: wireTimeSchema,
    updated_at: wireTimeSchema,
    attempts: z.array(wireAttemptSchema),
  })
  .meta({ id: "WireJob" });

/** A job as a published client reads it. */
export type WireJob = z.infer<typeof wireJobSchema>;

/** Answer of one job. */
export const wireJobResponseSchema = z.strictObject({ job: wireJobSchema });

/** Answer of the jobs of a view, newest first. */
export const wireJobsResponseSchema = z.strictObject({ jobs: z.array(wireJobSchema) });

/** Answer of how far a view is materialized; what is not materialized is absent. */
export const readyTimeResponseSchema = z.strictObject({
  online_latest_ready_time: wireTimeSchema.exactOptional(),
  offline_latest_ready_time: wireTimeSchema.exactOptional(),
});
