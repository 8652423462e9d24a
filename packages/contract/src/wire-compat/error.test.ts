import { httpStatusOf, TeselaError, type ErrorCode } from "@tesela/core";
import { expect, test } from "vitest";
import { wireErrorOf } from "./error.ts";

test("every code of ours becomes a status that the published clients know", () => {
  const known = [400, 401, 403, 404, 429, 500, 503, 504];
  for (const code of Object.keys(httpStatusOf) as ErrorCode[]) {
    const { status, body } = wireErrorOf(new TeselaError(code, "x"));
    expect(known).toContain(status);
    expect(body).toEqual({ error: "x", message: "x", code: expect.any(Number) as number });
  }
});

test("a status that they know is kept, another one is 400 or 500", () => {
  const statusOf = (code: ErrorCode) => wireErrorOf(new TeselaError(code, "x")).status;
  expect([statusOf("NOT_FOUND"), statusOf("UNAVAILABLE"), statusOf("TIMEOUT")]).toEqual([404, 503, 504]);
  expect([statusOf("TOO_LARGE"), statusOf("CONFLICT"), statusOf("FILE_MISSING")]).toEqual([400, 400, 500]);
});

test("the fix is part of the message, and an unknown error shows nothing of itself", () => {
  expect(wireErrorOf(new TeselaError("VALIDATION", "No.", { fix: "Do." })).body.message).toBe("No. Do.");
  expect(JSON.stringify(wireErrorOf(new Error("secret")))).not.toContain("secret");
});
