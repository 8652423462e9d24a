import { expect, test } from "vitest";
import { Admission } from "./admission.ts";

const refused = expect.objectContaining({ code: "RATE_LIMITED" }) as Error;

test("one request more than there are places is refused at once, until one has left", () => {
  const admission = new Admission({ requests: 2, rows: 10 });
  const first = admission.enter();
  admission.enter();
  expect(() => admission.enter()).toThrow(refused);
  first.leave();
  expect(() => admission.enter()).not.toThrow();
});

test("rows are counted over all requests, and leave with theirs", () => {
  const admission = new Admission({ requests: 10, rows: 10 });
  const first = admission.enter();
  first.takeRows(8);
  const second = admission.enter();
  expect(() => second.takeRows(3)).toThrow(refused);
  second.takeRows(2);
  first.leave();
  expect(() => admission.enter().takeRows(8)).not.toThrow();
});

test("a request that asks again for its rows keeps the places that it has", () => {
  const admitted = new Admission({ requests: 1, rows: 10 }).enter();
  admitted.takeRows(8);
  admitted.takeRows(10);
  expect(() => admitted.takeRows(11)).toThrow(refused);
});
