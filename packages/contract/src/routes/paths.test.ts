import { expect, expectTypeOf, test } from "vitest";
import { pathTo, type PathParameters } from "./paths.ts";

test("a path is filled with its parameters, each percent-encoded", () => {
  expect(pathTo("waitForJob", { workspace: "prod", id: "a/b c" })).toBe(
    "/v1/workspaces/prod/materialization-jobs/a%2Fb%20c/wait",
  );
  expect(pathTo("getClock", {})).toBe("/v1/clock");
});

test("the parameters of a path are part of its type", () => {
  expectTypeOf<keyof PathParameters<"waitForJob">>().toEqualTypeOf<"workspace" | "id">();
  expectTypeOf<keyof PathParameters<"plan">>().toEqualTypeOf<"workspace">();
});
