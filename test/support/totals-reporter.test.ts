import { expect, test } from "vitest";
import { totalsLine, totalsOf, totalsOfRun } from "./totals-reporter.ts";

type Module = Parameters<typeof totalsOf>[0] extends Iterable<infer T> ? T : never;

function moduleWith(states: readonly string[], errors = 0): Module {
  const tests = states.map((state) => ({ result: () => ({ state }) }));
  const module: unknown = {
    children: { allTests: () => tests },
    errors: () => Array.from({ length: errors }, () => new Error("not collected")),
  };
  return module as Module;
}

test("skipped tests count as neither passed nor failed", () => {
  expect(totalsOf([moduleWith(["passed", "failed", "skipped", "passed"])], 0)).toEqual({
    passed: 2,
    failed: 1,
  });
});

test("a file that is not collected and an unhandled error are failures", () => {
  expect(totalsOf([moduleWith([], 1), moduleWith(["passed"])], 2)).toEqual({ passed: 1, failed: 3 });
});

test("the line is `N passed, N failed`", () => {
  expect(totalsLine({ passed: 12, failed: 0 })).toBe("12 passed, 0 failed");
});

test("a run that did not pass, or ran nothing, has at least one failure", () => {
  expect(totalsOfRun({ passed: 3, failed: 0 }, false)).toEqual({ passed: 3, failed: 1 });
  expect(totalsOfRun({ passed: 0, failed: 0 }, true)).toEqual({ passed: 0, failed: 1 });
  expect(totalsOfRun({ passed: 3, failed: 2 }, false)).toEqual({ passed: 3, failed: 2 });
  expect(totalsOfRun({ passed: 3, failed: 0 }, true)).toEqual({ passed: 3, failed: 0 });
});
