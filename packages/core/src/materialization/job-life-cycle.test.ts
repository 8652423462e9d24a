import { describe, expect, test } from "vitest";
import {
  isFinal,
  JOB_EVENTS,
  JOB_STATES,
  nextJobState,
  type JobEvent,
  type JobState,
} from "./job-life-cycle.ts";

/** Every pair that is allowed; all others are refused. */
const allowed: Readonly<Record<JobState, Partial<Record<JobEvent, JobState>>>> = {
  PENDING: { claim: "RUNNING", failFinal: "FAILURE", requestCancel: "MANUALLY_CANCELLED" },
  RUNNING: {
    claim: "RUNNING",
    start: "RUNNING",
    publish: "RUNNING",
    succeed: "SUCCESS",
    failRetryable: "RUNNING",
    failFinal: "FAILURE",
    lose: "RUNNING",
    requestCancel: "MANUAL_CANCELLATION_REQUESTED",
  },
  MANUAL_CANCELLATION_REQUESTED: {
    failRetryable: "MANUALLY_CANCELLED",
    failFinal: "MANUALLY_CANCELLED",
    lose: "MANUALLY_CANCELLED",
    requestCancel: "MANUAL_CANCELLATION_REQUESTED",
    cancelled: "MANUALLY_CANCELLED",
  },
  MANUALLY_CANCELLED: { requestCancel: "MANUALLY_CANCELLED", retry: "MANUAL_RETRY" },
  MANUAL_RETRY: { claim: "RUNNING", failFinal: "FAILURE", requestCancel: "MANUALLY_CANCELLED" },
  SUCCESS: { requestCancel: "SUCCESS" },
  FAILURE: { requestCancel: "FAILURE", retry: "MANUAL_RETRY" },
};

describe.each(JOB_STATES)("%s", (state) => {
  test.each(JOB_EVENTS)("on %s", (event) => {
    expect(nextJobState(state, event)).toBe(allowed[state][event] ?? null);
  });
});

test("a final state stays as it is, whatever happens, but for a retry by hand", () => {
  for (const state of JOB_STATES.filter(isFinal))
    for (const event of JOB_EVENTS.filter((one) => one !== "retry"))
      expect([null, state]).toContain(nextJobState(state, event));
});

test("a success is never retried", () => {
  expect(nextJobState("SUCCESS", "retry")).toBeNull();
});

test("after a request to cancel nothing can be published and nothing succeeds", () => {
  expect(nextJobState("MANUAL_CANCELLATION_REQUESTED", "publish")).toBeNull();
  expect(nextJobState("MANUAL_CANCELLATION_REQUESTED", "succeed")).toBeNull();
});

test("from every state that is not final an end can be reached", () => {
  const reaches = (state: JobState, seen: readonly JobState[]): boolean =>
    isFinal(state) ||
    Object.values(allowed[state]).some((next) => !seen.includes(next) && reaches(next, [...seen, next]));
  for (const state of JOB_STATES) expect(reaches(state, [state])).toBe(true);
});
