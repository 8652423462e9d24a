import type { AttemptState, JobState } from "@tesela/core";
import { html, type Html } from "../html.ts";

/** How something fares: a sign, a word and a colour, of which the colour alone says nothing. */
export interface Status {
  readonly sign: string;
  readonly word: string;
  readonly tone: "good" | "busy" | "waits" | "warns" | "bad";
}

/** How each state of a job looks. */
const JOB_STATUS: Readonly<Record<JobState, Status>> = {
  PENDING: { sign: "○", word: "Pending", tone: "waits" },
  RUNNING: { sign: "●", word: "Running", tone: "busy" },
  MANUAL_CANCELLATION_REQUESTED: { sign: "◐", word: "Being cancelled", tone: "warns" },
  MANUALLY_CANCELLED: { sign: "⊘", word: "Cancelled", tone: "warns" },
  MANUAL_RETRY: { sign: "○", word: "To be tried again", tone: "waits" },
  SUCCESS: { sign: "✓", word: "Success", tone: "good" },
  FAILURE: { sign: "✕", word: "Failure", tone: "bad" },
};

/** How each state of an attempt looks. */
const ATTEMPT_STATUS: Readonly<Record<AttemptState, Status>> = {
  RUNNING: JOB_STATUS.RUNNING,
  SUCCESS: JOB_STATUS.SUCCESS,
  FAILURE: JOB_STATUS.FAILURE,
  CANCELLED: JOB_STATUS.MANUALLY_CANCELLED,
  LOST: { sign: "?", word: "Worker lost", tone: "bad" },
};

/** What a range of a store is. */
export const RANGE_STATUS = {
  materialized: { sign: "✓", word: "Materialized", tone: "good" },
  stale: { sign: "↻", word: "Stale", tone: "warns" },
  running: JOB_STATUS.RUNNING,
  waiting: { sign: "○", word: "Waiting", tone: "waits" },
  failed: { sign: "✕", word: "Failed", tone: "bad" },
  cancelled: { sign: "⊘", word: "Cancelled", tone: "warns" },
  missing: { sign: "–", word: "Missing", tone: "waits" },
} as const satisfies Record<string, Status>;

/** What a range of a store can be. */
export type RangeKind = keyof typeof RANGE_STATUS;

/** A status as its sign and word. */
export function statusOf({ sign, word, tone }: Status): Html {
  return html`<span class="status ${tone}"
    ><span class="sign" aria-hidden="true">${sign}</span> ${word}</span
  >`;
}

/** The state of a job. */
export function jobStatusOf(state: JobState): Html {
  return statusOf(JOB_STATUS[state]);
}

/** The state of an attempt. */
export function attemptStatusOf(state: AttemptState): Html {
  return statusOf(ATTEMPT_STATUS[state]);
}
