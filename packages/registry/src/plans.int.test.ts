import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { useRegistry } from "./testing/registry-under-test.ts";

const under = useRegistry();

const save = (ttlMs: number) =>
  under.registry.plans.save({
    workspaceId: under.workspaceId,
    baseRevision: 3n,
    body: { changes: ["a"] },
    createdBy: "key",
    ttlMs,
  });

test("a plan is found in its workspace, with what it said", async () => {
  const id = await save(60_000);
  const plan = await under.registry.plans.get(under.workspaceId, id);
  expect(plan).toMatchObject({
    id,
    baseRevision: 3n,
    body: { changes: ["a"] },
    createdBy: "key",
    appliedAt: null,
  });
  await expect(under.registry.plans.get(under.workspaceId + 1, id)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test.each(["nonsense", randomUUID()])("plan %s is NOT_FOUND", async (id) => {
  await expect(under.registry.plans.get(under.workspaceId, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(under.registry.plans.markApplied(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a plan past its time is EXPIRED", async () => {
  const id = await save(0);
  await expect(under.registry.plans.get(under.workspaceId, id)).rejects.toMatchObject({ code: "EXPIRED" });
});

test("a plan is applied once", async () => {
  const id = await save(60_000);
  const marks = await Promise.allSettled([1, 2, 3].map(() => under.registry.plans.markApplied(id)));
  expect(marks.filter((mark) => mark.status === "fulfilled")).toHaveLength(1);
  await expect(under.registry.plans.markApplied(id)).rejects.toMatchObject({ code: "CONFLICT" });
  expect((await under.registry.plans.get(under.workspaceId, id)).appliedAt).toBeInstanceOf(Date);
});
