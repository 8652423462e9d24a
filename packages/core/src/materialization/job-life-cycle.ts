/** The states of a job, as a user sees them. A job that waits to retry is `RUNNING`. */
export const JOB_STATES = [
  "PENDING",
  "RUNNING",
  "MANUAL_CANCELLATION_REQUESTED",
  "MANUALLY_CANCELLED",
  "MANUAL_RETRY",
  "SUCCESS",
  "FAILURE",
] as const;

/** The state of a job. */
export type JobState = (typeof JOB_STATES)[number];

/** What can happen to a job. */
export const JOB_EVENTS = [
  "claim",
  "start",
  "publish",
  "succeed",
  "failRetryable",
  "failFinal",
  "lose",
  "requestCancel",
  "cancelled",
  "retry",
] as const;

/** Something that happens to a job. */
export type JobEvent = (typeof JOB_EVENTS)[number];

type Row = Readonly<Record<JobEvent, JobState | null>>;

const NEVER: Row = {
  claim: null,
  start: null,
  publish: null,
  succeed: null,
  failRetryable: null,
  failFinal: null,
  lose: null,
  requestCancel: null,
  cancelled: null,
  retry: null,
};

/**
 * The life cycle, total: what each event makes of each state; `null` is refused. Whichever of `publish` and
 * `requestCancel` commits first wins: after a request to cancel nothing can be published.
 */
export const jobLifeCycle: Readonly<Record<JobState, Row>> = {
  PENDING: {
    ...NEVER,
    claim: "RUNNING",
    failFinal: "FAILURE",
    requestCancel: "MANUALLY_CANCELLED",
  },
  RUNNING: {
    claim: "RUNNING",
    start: "RUNNING",
    publish: "RUNNING",
    succeed: "SUCCESS",
    failRetryable: "RUNNING",
    failFinal: "FAILURE",
    lose: "RUNNING",
    requestCancel: "MANUAL_CANCELLATION_REQUESTED",
    cancelled: null,
    retry: null,
  },
  MANUAL_CANCELLATION_REQUESTED: {
    ...NEVER,
    failRetryable: "MANUALLY_CANCELLED",
    failFinal: "MANUALLY_CANCELLED",
    lose: "MANUALLY_CANCELLED",
    requestCancel: "MANUAL_CANCELLATION_REQUESTED",
    cancelled: "MANUALLY_CANCELLED",
  },
  MANUALLY_CANCELLED: {
    ...NEVER,
    requestCancel: "MANUALLY_CANCELLED",
    retry: "MANUAL_RETRY",
  },
  MANUAL_RETRY: {
    ...NEVER,
    claim: "RUNNING",
    failFinal: "FAILURE",
    requestCancel: "MANUALLY_CANCELLED",
  },
  SUCCESS: { ...NEVER, requestCancel: "SUCCESS" },
  FAILURE: { ...NEVER, requestCancel: "FAILURE", retry: "MANUAL_RETRY" },
};

/** The state after an event, or `null` where the table refuses it. */
export function nextJobState(state: JobState, event: JobEvent): JobState | null {
  return jobLifeCycle[state][event];
}

/** Whether a job will change no more by itself. */
export function isFinal(state: JobState): boolean {
  return state === "SUCCESS" || state === "FAILURE" || state === "MANUALLY_CANCELLED";
}

/** The states of an attempt. */
export const ATTEMPT_STATES = ["RUNNING", "SUCCESS", "FAILURE", "CANCELLED", "LOST"] as const;

/** The state of an attempt: one try by one worker. */
export type AttemptState = (typeof ATTEMPT_STATES)[number];
