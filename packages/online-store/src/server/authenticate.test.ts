import { createHash } from "node:crypto";
import { micros } from "@tesela/core";
import { expect, test } from "vitest";
import { Authenticator } from "./authenticate.ts";
import type { ServingKey, ServingPlan } from "./serving-plan.ts";

const SECRET = "tsk_1_abc";
const key: ServingKey = { id: "k", role: "reader", workspace: null };
const hash = createHash("sha256").update(SECRET).digest("hex");

const planOf = (...keys: readonly (readonly [string, ServingKey])[]): ServingPlan => ({
  clock: { mode: "frozen", at: micros(0n) },
  apiKeys: new Map(keys),
  workspaces: new Map(),
});
const plan = planOf([hash, key]);
const right = { authorization: `Bearer ${SECRET}`, address: "a" };
const wrong = { authorization: "Bearer tsk_1_abd", address: "a" };

const refusal = (code: string) => expect.objectContaining({ code }) as Error;

test("a key is let in with either word before it, and not once the plan has it no more", () => {
  const authenticator = new Authenticator();
  expect(authenticator.check(plan, right, 0)).toBe(key);
  expect(authenticator.check(plan, { ...right, authorization: `Tecton-key ${SECRET}` }, 0)).toBe(key);
  expect(() => authenticator.check(planOf(), right, 0)).toThrow(refusal("UNAUTHENTICATED"));
  expect(() => authenticator.check(plan, { authorization: undefined, address: "a" }, 0)).toThrow(
    refusal("UNAUTHENTICATED"),
  );
});

test("after so many wrong keys an address is refused for a minute, but for those that it has used before", () => {
  const authenticator = new Authenticator(2);
  authenticator.check(plan, right, 0);
  expect(() => authenticator.check(plan, wrong, 0)).toThrow(refusal("UNAUTHENTICATED"));
  expect(() => authenticator.check(plan, wrong, 1)).toThrow(refusal("UNAUTHENTICATED"));
  expect(() => authenticator.check(plan, wrong, 2)).toThrow(refusal("RATE_LIMITED"));
  expect(authenticator.check(plan, right, 2)).toBe(key);
  const other = { ...right, authorization: `Tecton-key ${SECRET}` };
  expect(() => authenticator.check(plan, other, 3)).toThrow(refusal("RATE_LIMITED"));
  expect(authenticator.check(plan, { ...other, address: "b" }, 3)).toBe(key);
  expect(authenticator.check(plan, other, 60_000)).toBe(key);
});
