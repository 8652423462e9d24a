import { TeselaError } from "@tesela/core";
import { expect, test } from "vitest";
import { errorOfProblem, problemOf, problemSchema } from "./problem.ts";

test("an error of ours becomes a body with its status, fix and every problem", () => {
  const error = new TeselaError("VALIDATION", "Two things are wrong.", {
    fix: "Mend them.",
    problems: [
      { path: "a", message: "is bad" },
      { path: "b", message: "is worse", fix: "Drop it." },
    ],
    cause: new Error("secret"),
  });
  const body = problemOf(error, "r1");
  expect(body).toEqual({
    type: "urn:tesela:error:validation",
    title: "Validation",
    status: 400,
    code: "VALIDATION",
    detail: "Two things are wrong.",
    fix: "Mend them.",
    problems: [
      { path: "a", message: "is bad" },
      { path: "b", message: "is worse", fix: "Drop it." },
    ],
    requestId: "r1",
  });
  expect(problemSchema.parse(body)).toEqual(body);
});

test("an unknown error is INTERNAL and shows nothing of itself", () => {
  const body = problemOf(new Error("password=hunter2"), "r2");
  expect(body).toMatchObject({ status: 500, code: "INTERNAL", requestId: "r2" });
  expect(JSON.stringify(body)).not.toContain("hunter2");
});

test("a client gets the same error back", () => {
  const error = new TeselaError("PLAN_STALE", "It has moved.", { fix: "Plan again." });
  expect(errorOfProblem(problemOf(error, "r3"))).toMatchObject({
    code: "PLAN_STALE",
    message: "It has moved.",
    fix: "Plan again.",
    details: { requestId: "r3" },
  });
});
