import type { ApiKey } from "@tesela/registry";
import { expect, test } from "vitest";
import { authorize } from "./authorize.ts";
import { secretOf } from "./credentials.ts";

const admin: ApiKey = {
  id: "k1",
  name: "ann",
  role: "admin",
  workspace: null,
  createdAt: new Date(0),
  revokedAt: null,
};
const bound: ApiKey = { ...admin, workspace: "prod" };
const reader: ApiKey = { ...admin, role: "reader" };

test("a key stands behind Bearer or Tecton-key", () => {
  expect(secretOf("Bearer tsk_a_b")).toBe("tsk_a_b");
  expect(secretOf("Tecton-key tsk_a_b")).toBe("tsk_a_b");
  expect(["Basic abc", "Bearer", "Bearer a b", "tsk_a_b", undefined].map(secretOf)).toEqual(
    Array.from({ length: 5 }, () => null),
  );
});

test("a reader reads, an admin does everything", () => {
  expect(() => authorize(reader, "reader", "prod")).not.toThrow();
  expect(() => authorize(reader, "admin", "prod")).toThrow("needs a key of the role admin");
  expect(() => authorize(admin, "admin", "prod")).not.toThrow();
});

test("a key of one workspace opens no other, nor what concerns them all", () => {
  expect(() => authorize(bound, "admin", "prod")).not.toThrow();
  expect(() => authorize(bound, "reader", "dev")).toThrow('does not open workspace "dev"');
  expect(() => authorize(bound, "reader", null)).not.toThrow();
  expect(() => authorize(bound, "admin", null)).toThrow("concerns every workspace");
});
