import { TeselaError } from "@tesela/core";
import { expect, test } from "vitest";
import { unavailableOr } from "./connection-error.ts";

const withCode = (code: string, message = "it failed"): Error => Object.assign(new Error(message), { code });

test.each([
  withCode("57P01"),
  withCode("ECONNREFUSED"),
  new AggregateError([withCode("ECONNREFUSED")]),
  new Error("timeout exceeded when trying to connect"),
  withCode("P2028", "Transaction API error: Unable to start a transaction in the given time."),
  withCode("P2010", "Raw query failed. Code: `53300`. Message: `too many connections`"),
])("a database that cannot be reached is unavailable: %s", (error) => {
  expect(unavailableOr(error)).toMatchObject({ code: "UNAVAILABLE", cause: error });
});

test.each([withCode("23505"), new TeselaError("CONFLICT", "Both cannot be."), "no error at all"])(
  "any other error is what it is: %s",
  (error) => {
    expect(unavailableOr(error)).toBe(error);
  },
);
