import { expect, test } from "vitest";
import { printChanges } from "./print-changes.ts";
import type { Change } from "@tesela/contract";

const unchanged: Change = {
  action: "none",
  kind: "entity",
  name: "airport",
  reasons: [],
  isDestructive: false,
};

test("a plan without changes is one line", () => {
  expect(printChanges([unchanged])).toBe("No changes: 1 objects are as declared.");
});

test("a change that destroys data says so, with its reasons", () => {
  const recreate: Change = {
    action: "recreate",
    kind: "batchFeatureView",
    name: "airport_delays",
    reasons: ["transform changed"],
    isDestructive: true,
  };
  const printed = printChanges([unchanged, recreate]);
  expect(printed).toMatch(/recreate \(destroys data\) +│ feature view │ airport_delays │ transform changed/);
  expect(printed).not.toContain("│ airport ");
});

test("every kind has its word", () => {
  const kinds = ["streamSource", "streamFeatureView", "featureTable", "featureService"] as const;
  const changes = kinds.map((kind): Change => ({ ...unchanged, action: "create", kind, name: kind }));
  const printed = printChanges(changes);
  for (const word of ["stream source", "stream feature view", "feature table", "feature service"]) {
    expect(printed).toContain(`│ ${word}`);
  }
});
