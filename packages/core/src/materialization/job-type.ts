/**
 * What a job does: materialize a range of a view, bring rows into a feature table, delete keys, merge small files,
 * collect files that nothing needs, remove retired online data, or load the online store anew.
 */
export const JOB_TYPES = ["batch", "ingest", "delete", "compact", "collect", "cleanup", "rebuild"] as const;

/** What a job does. */
export type JobType = (typeof JOB_TYPES)[number];

/** The types of jobs that keep the house in order: they bring no new rows. */
export const HOUSEKEEPING_TYPES = ["compact", "collect", "cleanup", "rebuild"] as const satisfies JobType[];

/** What a housekeeping job does. */
export type HousekeepingType = (typeof HOUSEKEEPING_TYPES)[number];

/** Why a job was made: by a user, for the interval that has ended, for history, or by the platform itself. */
export const JOB_TRIGGERS = ["manual", "schedule", "backfill", "system"] as const;

/** Why a job was made. */
export type JobTrigger = (typeof JOB_TRIGGERS)[number];
