import { expect, test } from "vitest";
import { instantSchema } from "./instant.ts";

test("instants are ISO 8601 text", () => {
  expect(instantSchema.parse("2024-01-31T12:00:00.000001Z")).toBe("2024-01-31T12:00:00.000001Z");
  expect(instantSchema.safeParse("2024-02-30").success).toBe(false);
  expect(instantSchema.safeParse(1_700_000_000).success).toBe(false);
});
