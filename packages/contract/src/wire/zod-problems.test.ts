import { expect, test } from "vitest";
import { z } from "zod";
import { parseWith } from "./zod-problems.ts";

const anyText: unknown = expect.any(String);
const summary: unknown = expect.stringContaining("The request body is not valid: views[0].name: ");
const schema = z.strictObject({ views: z.array(z.strictObject({ name: z.string() })) });

test("every problem is told under its path, unknown keys too", () => {
  const wrong = { views: [{ name: 1 }, { name: "a", nmae: "b" }], extra: true };
  expect(() => parseWith(schema, wrong, "request body")).toThrow(
    expect.objectContaining({
      code: "VALIDATION",
      message: summary,
      problems: [
        { path: "views[0].name", message: anyText },
        { path: "views[1].nmae", message: "is not known here", fix: anyText },
        { path: "extra", message: "is not known here", fix: anyText },
      ],
    }),
  );
});

test("a missing body is told as such", () => {
  expect(() => parseWith(schema, undefined, "request body")).toThrow("request body: ");
});
