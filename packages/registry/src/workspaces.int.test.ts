import { expect, test } from "vitest";
import { useRegistry } from "./testing/registry-under-test.ts";

const under = useRegistry();

test("a workspace is made once, also when many ask at once", async () => {
  const { workspaces } = under.registry;
  const made = await Promise.all(Array.from({ length: 8 }, () => workspaces.ensure("team-a")));
  expect(new Set(made.map((one) => one.id)).size).toBe(1);
  expect(made[0]).toEqual({ id: expect.any(Number) as unknown, name: "team-a", revision: 0n });
  expect((await workspaces.list()).map((one) => one.name)).toEqual(["prod", "team-a"]);
});

test("a workspace that is not there is NOT_FOUND, naming those that exist", async () => {
  await expect(under.registry.workspaces.get("pord")).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: 'There is no workspace "pord".',
    fix: expect.stringContaining('"prod"') as unknown,
  });
});

test.each(["", "-a", "a b", "a__b", "1a", "a".repeat(64)])("%j cannot name a workspace", async (name) => {
  await expect(under.registry.workspaces.ensure(name)).rejects.toMatchObject({ code: "VALIDATION" });
});
