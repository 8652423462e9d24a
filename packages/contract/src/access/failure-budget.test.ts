import { expect, test } from "vitest";
import { FailureBudget } from "./failure-budget.ts";

test("an address has so many failures a minute, others are not concerned", () => {
  const budget = new FailureBudget(2);
  budget.spend("a", 0);
  expect(budget.isSpent("a", 1)).toBe(false);
  budget.spend("a", 1);
  expect(budget.isSpent("a", 59_999)).toBe(true);
  expect(budget.isSpent("b", 59_999)).toBe(false);
  expect(budget.isSpent("a", 60_000)).toBe(false);
});
