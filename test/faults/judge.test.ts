import { micros } from "@tesela/core";
import { expect, test } from "vitest";
import { spendOf } from "../e2e/faults/definitions.ts";
import type { ReadCommit } from "./commits.ts";
import { judge } from "./judge.ts";
import { dayStart, UNCHANGED } from "./source-days.ts";
import type { Observation } from "./watch.ts";

const view: Observation["view"] = {
  name: "spend",
  generation: 1,
  definition: spendOf("spend"),
  sources: [UNCHANGED],
};
const changed = UNCHANGED.with(3, 3);
const landed = { online: true, offline: true, isPushed: true };
const whole: ReadCommit = { ...landed, id: 1n, seq: 1, days: [1, 2, 3, 4], source: UNCHANGED };
const overwrite: ReadCommit = { ...landed, id: 2n, seq: 2, days: [4], source: changed };
const commits = new Map([["spend", [whole, overwrite]]]);

/** Of the users 1, 2, 3, the last two and one without events; the change takes day 4 from users 3 and 2499. */
const OLD = ["11000 2", "11000 2", "11000 2", "11000 2", "11000 2", " 0"];
const NEW = ["41000 2", "41000 2", "1000 1", "1000 1", "41000 2", " 0"];

const observed = (
  store: Observation["store"],
  answer: Observation["answer"],
  before: readonly ReadCommit[],
  after: readonly ReadCommit[] = before,
): Observation => ({ view, store, now: micros(dayStart(5)), before, after, answer, message: null });

const judged = (one: Observation, days: readonly number[] = [5]): readonly string[] =>
  judge([one], commits, { canLoseOnline: false, days });

test("online each user is answered as before or as after what is being pushed", () => {
  const pushing = { ...overwrite, isPushed: false };
  for (const answer of [OLD, NEW, [...OLD.slice(0, 3), ...NEW.slice(3)]]) {
    expect(judged(observed("online", answer, [whole, pushing]))).toEqual([]);
  }
});

test("online the old is wrong once the new has been pushed, and the new before it is committed", () => {
  expect(judged(observed("online", OLD, [whole, overwrite]))).toHaveLength(5);
  expect(judged(observed("online", NEW, [whole]))).toHaveLength(5);
});

test("online a value of no state is wrong, and so is none", () => {
  const half = OLD.with(0, "1000 1");
  expect(judged(observed("online", half, [whole]))).toHaveLength(1);
  expect(judged(observed("online", "UNAVAILABLE", [whole]))).toHaveLength(1);
});

test("the history is that of one snapshot, whole", () => {
  expect(judged(observed("offline", OLD, [whole], [whole, overwrite]))).toEqual([]);
  expect(judged(observed("offline", NEW, [whole], [whole, overwrite]))).toEqual([]);
  const mixed = [...OLD.slice(0, 3), ...NEW.slice(3)];
  expect(judged(observed("offline", mixed, [whole], [whole, overwrite]))).toHaveLength(1);
  expect(judged(observed("offline", OLD, [whole, overwrite]))).toHaveLength(1);
});

test("the history of a day that is not there is an error, not an empty window", () => {
  const short = { ...whole, days: [1, 2, 3] };
  const known = new Map([["spend", [short]]]);
  const judgedShort = (answer: Observation["answer"]): readonly string[] =>
    judge([observed("offline", answer, [short])], known, { canLoseOnline: false, days: [5] });
  expect(judgedShort("NOT_MATERIALIZED")).toEqual([]);
  expect(judgedShort(["1000 1", "1000 1", "1000 1", "1000 1", "1000 1", " 0"])).toHaveLength(1);
});
