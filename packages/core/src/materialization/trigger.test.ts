import { expect, test } from "vitest";
import { duration, parseDuration } from "../time/duration.ts";
import { parseInstant } from "../time/instant.ts";
import { checkTrigger, triggeredStores, type TriggeredView } from "./trigger.ts";

const view: TriggeredView = {
  name: "delays",
  online: true,
  offline: true,
  batchTrigger: "scheduled",
  time: {
    grain: parseDuration("1d"),
    schedule: parseDuration("1d"),
    dataDelay: parseDuration("2h"),
    featureStart: parseInstant("2024-01-10"),
    ttl: null,
    windows: [],
  },
};
const weekly: TriggeredView = {
  ...view,
  time: {
    ...view.time,
    windows: [{ kind: "sliding", size: parseDuration("7d"), offset: duration(0n) }],
  },
};
const expectedDelay: unknown = expect.stringContaining(
  "data delay of 2h is in the future (now 2024-02-01T02:00:00Z)",
);
const now = parseInstant("2024-02-01T02:00:00Z");

function check(
  start: string,
  end: string,
  options: Partial<Parameters<typeof checkTrigger>[2]> = {},
  of = view,
) {
  const range = { start: parseInstant(start), end: parseInstant(end) };
  return checkTrigger(of, now, { range, online: null, offline: null, ...options });
}

test("a range on the grid within what can be materialized is allowed", () => {
  expect(check("2024-01-09", "2024-02-01")).toBeNull();
});

test("a range off the grid is refused with the range around it (TIME T2)", () => {
  expect(check("2024-01-10T01:00:00Z", "2024-01-11")).toMatchObject({
    path: "startTime",
    fix: "Ask for [2024-01-10T00:00:00Z, 2024-01-11T00:00:00Z).",
  });
  expect(check("2024-01-10", "2024-01-10T00:00:00.000001Z")).toMatchObject({
    path: "endTime",
    fix: "Ask for [2024-01-10T00:00:00Z, 2024-01-11T00:00:00Z).",
  });
});

test("an empty and a reversed range are refused", () => {
  expect(check("2024-01-10", "2024-01-10")?.message).toContain("is empty");
  expect(check("2024-01-11", "2024-01-10")?.message).toContain("ends before it starts");
});

test("an end whose data delay is not over is refused, at exactly its end it is allowed (TIME T13)", () => {
  expect(check("2024-01-31", "2024-02-01")).toBeNull();
  expect(check("2024-01-31", "2024-02-02")).toMatchObject({
    path: "endTime",
    message: expectedDelay,
    fix: "End at 2024-02-01T00:00:00Z or earlier, or wait until 2024-02-02T02:00:00Z.",
  });
});

test("attributes begin one schedule before the start, aggregates at their oldest window (TIME T13)", () => {
  expect(check("2024-01-08", "2024-01-12")).toMatchObject({
    path: "startTime",
    fix: "Start at 2024-01-09T00:00:00Z or later, or declare an earlier featureStartTime.",
  });
  expect(check("2024-01-03", "2024-01-12", {}, weekly)).toBeNull();
  expect(check("2024-01-02", "2024-01-12", {}, weekly)?.path).toBe("startTime");
});

test("a store that the view lacks is refused", () => {
  const offlineOnly = { ...view, online: false };
  expect(check("2024-01-10", "2024-01-11", { online: true }, offlineOnly)).toMatchObject({
    path: "online",
    message: 'feature view "delays" has no online store',
    fix: "Declare the view with online: true and apply, or leave online out.",
  });
});

test("a job for neither store is refused with the stores there are", () => {
  expect(check("2024-01-10", "2024-01-11", { online: false, offline: false })?.fix).toBe(
    "Ask for online: true or offline: true.",
  );
  const neither = { ...view, online: false, offline: false };
  expect(check("2024-01-10", "2024-01-11", {}, neither)?.fix).toContain("Declare the view with");
});

test("stores that are not named follow the view", () => {
  const range = { start: now, end: now };
  expect(triggeredStores({ ...view, online: false }, { range, online: null, offline: null })).toEqual({
    online: false,
    offline: true,
  });
  expect(triggeredStores(view, { range, online: false, offline: null })).toEqual({
    online: false,
    offline: true,
  });
});
