import { TeselaError } from "@tesela/core";
import { expect, test } from "vitest";
import { printCause } from "./logger.ts";

test("a logged error is its code, message, stack and causes, and no other property", () => {
  const driver = Object.assign(new Error("gone"), { code: "57P01", client: { secretKey: 1 } });
  const logged = printCause(new TeselaError("UNAVAILABLE", "no database", { cause: driver }));
  expect(logged).toMatchObject({
    code: "UNAVAILABLE",
    message: "no database",
    cause: { code: "57P01", message: "gone" },
  });
  expect(JSON.stringify(logged)).not.toContain("secretKey");
});
