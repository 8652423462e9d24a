import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { useRegistry } from "../testing/registry-under-test.ts";

const under = useRegistry();

const created = (expiresInMs = 60_000) =>
  under.registry.tasks.create({
    kind: "check",
    workspaceId: under.workspaceId,
    payload: { sql: "select 1" },
    ownerKeyId: "key-1",
    expiresInMs,
  });

/** Ends the lease of a task and sweeps. */
const loseWorker = async (taskId: string) => {
  await under.query("update task set lease_until = now() - interval '1 second' where id = $1", [taskId]);
  return under.registry.recovery.loseTasks();
};

test("a task is claimed by one worker and completed by it, once", async () => {
  const { tasks } = under.registry;
  const task = await created();
  expect(task).toMatchObject({ kind: "check", state: "QUEUED", fence: 1, payload: { sql: "select 1" } });
  const claims = await Promise.all(["w1", "w2", "w3"].map((worker) => tasks.claim(task.id, worker, 60_000)));
  const [claim, ...others] = claims.filter((one) => one !== null);
  expect([claim?.state, others]).toEqual(["RUNNING", []]);
  const worker = claim!.workerId!;
  const progress = { phase: "reading", fraction: 0.5, rows: 10 };
  expect(await tasks.heartbeat(task.id, worker, { leaseMs: 60_000, progress })).toBe(true);
  expect((await tasks.get(task.id)).progress).toEqual(progress);
  expect(await tasks.heartbeat(task.id, "another", { leaseMs: 60_000 })).toBe(false);
  await expect(tasks.complete(task.id, "another", 1)).rejects.toMatchObject({ code: "FENCED" });
  expect(await tasks.complete(task.id, worker, { rows: 3 })).toMatchObject({
    state: "SUCCESS",
    result: { rows: 3 },
  });
  await expect(tasks.complete(task.id, worker, 1)).rejects.toMatchObject({ code: "FENCED" });
});

test("a failed task carries its error to whoever waits, who wakes by it", async () => {
  const { tasks } = under.registry;
  const task = await created();
  await tasks.waitForEnd(task.id, 1);
  const waiting = tasks.waitForEnd(task.id, 60_000);
  await tasks.claim(task.id, "w1", 60_000);
  const error = {
    code: "INVALID_SQL",
    message: "no such column",
    fix: "Use one of: a, b.",
    problems: [{ path: "transform", message: "no such column" }],
  } as const;
  await tasks.fail(task.id, "w1", error);
  expect(await waiting).toMatchObject({ state: "FAILURE", error, result: null });
});

test("a lost task is tried twice more, then fails with ENGINE_CRASHED", async () => {
  const { tasks } = under.registry;
  const task = await created();
  for (const fence of [2, 3]) {
    await tasks.claim(task.id, "w1", 60_000);
    expect(await loseWorker(task.id)).toEqual([{ id: task.id, fence, kind: "check" }]);
    await expect(tasks.complete(task.id, "w1", 1)).rejects.toMatchObject({ code: "FENCED" });
  }
  await tasks.claim(task.id, "w1", 60_000);
  expect(await loseWorker(task.id)).toEqual([]);
  expect(await tasks.get(task.id)).toMatchObject({ state: "FAILURE", error: { code: "ENGINE_CRASHED" } });
});

test("a task past its time is claimed no more, and expired until it is removed", async () => {
  const { tasks } = under.registry;
  const task = await created(0);
  expect(await tasks.claim(task.id, "w1", 60_000)).toBeNull();
  expect((await tasks.expired(10)).map((one) => one.id)).toEqual([task.id]);
  await tasks.remove(task.id);
  await tasks.remove(task.id);
  expect(await tasks.expired(10)).toEqual([]);
  await expect(tasks.get(task.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test.each(["nonsense", randomUUID()])("task %s is NOT_FOUND", async (id) => {
  await expect(under.registry.tasks.get(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await under.registry.tasks.claim(id, "w1", 1)).toBeNull();
});
