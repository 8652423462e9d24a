import { expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import { createService, createTable, putView } from "../testing/definitions.ts";
import {
  claimed,
  commandFor,
  currentGeneration,
  days,
  materialize,
  oneFile,
  useRegistry,
} from "../testing/registry-under-test.ts";

const under = useRegistry();

test("every change makes a version and moves the revision by one; history has the newest first", async () => {
  const { definitions } = under.registry;
  const before = await definitions.current(under.workspaceId);
  await under.apply(putView("a"));
  await under.apply(putView("a", "update", "f2"));
  await under.apply({ action: "delete", kind: "batchFeatureView", name: "a" });
  await under.apply(putView("a", "create", "f3"));
  const after = await definitions.current(under.workspaceId);
  expect(after.revision).toBe(before.revision + 4n);
  expect(after.objects.map((one) => one.name)).toEqual(["a", "events", "user"]);
  expect(after.objects[0]).toMatchObject({
    version: 3,
    fingerprint: "f3",
    retiredAt: null,
    resolved: { columns: [] },
  });
  const history = await definitions.history(under.workspaceId, "batchFeatureView", "a");
  expect(history.map((one) => [one.version, one.fingerprint, one.retiredAt === null])).toEqual([
    [3, "f3", true],
    [2, "f2", false],
    [1, "f1", false],
  ]);
});

test("what is applied is read once for each revision, and a change by another process is seen at once", async () => {
  const { definitions } = under.registry;
  const before = await definitions.current(under.workspaceId);
  expect(await definitions.current(under.workspaceId)).toBe(before);
  const other = await openRegistry({ databaseUrl: under.databaseUrl });
  await other.definitions.applyChanges(under.workspaceId, before.revision, [putView("elsewhere")]);
  await other.stop();
  const after = await definitions.current(under.workspaceId);
  expect(after.revision).toBe(before.revision + 1n);
  expect(after.objects.map(({ name }) => name)).toContain("elsewhere");
  await under.apply({ action: "delete", kind: "batchFeatureView", name: "elsewhere" });
});

test("an update keeps a view's generation, a recreate and a create after a deletion start the next", async () => {
  await under.apply(putView("b"));
  const first = await currentGeneration(under, "b");
  await under.apply(putView("b", "update", "f2"));
  expect(await currentGeneration(under, "b")).toBe(first);
  await under.apply(putView("b", "recreate", "f3"));
  const second = await currentGeneration(under, "b");
  await under.apply({ action: "delete", kind: "batchFeatureView", name: "b" });
  await under.apply(putView("b"));
  const third = await currentGeneration(under, "b");
  const generations = await Promise.all(
    [first, second, third].map((id) => under.registry.ledger.generation(id)),
  );
  expect(generations.map((one) => [one.number, one.retiredAt === null])).toEqual([
    [1, false],
    [2, false],
    [3, true],
  ]);
});

test("of two who apply at one revision one wins, the other's plan is stale and changes nothing", async () => {
  const { definitions } = under.registry;
  const { revision } = await definitions.current(under.workspaceId);
  const outcomes = await Promise.allSettled(
    ["c1", "c2"].map((name) => definitions.applyChanges(under.workspaceId, revision, [putView(name)])),
  );
  const refused = outcomes.find((one) => one.status === "rejected");
  expect(refused?.reason).toMatchObject({ code: "PLAN_STALE", fix: "Plan again and apply the new plan." });
  const after = await definitions.current(under.workspaceId);
  expect(after.revision).toBe(revision + 1n);
  expect(after.objects.filter((one) => one.name.startsWith("c"))).toHaveLength(1);
});

test("changes are applied all or not at all", async () => {
  const { definitions } = under.registry;
  const before = await definitions.current(under.workspaceId);
  const misfit = definitions.applyChanges(under.workspaceId, before.revision, [
    putView("d"),
    putView("unknown", "update"),
  ]);
  await expect(misfit).rejects.toMatchObject({ code: "NOT_FOUND" });
  const again = definitions.applyChanges(under.workspaceId, before.revision, [putView("d"), putView("d")]);
  await expect(again).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await definitions.current(under.workspaceId)).toEqual(before);
});

test("no change is no revision", async () => {
  const { definitions } = under.registry;
  const before = await definitions.current(under.workspaceId);
  expect(await definitions.applyChanges(under.workspaceId, before.revision, [])).toEqual(before);
});

test("a recreate ends the view's open jobs, frees what they had reserved, and fences their workers", async () => {
  const { attempts, jobs, ledger } = under.registry;
  const target = await under.newView();
  const done = await materialize(under, commandFor(under, target, days(0, 1)));
  const pending = await jobs.trigger(commandFor(under, target, days(1, 2)));
  const running = await jobs.trigger(commandFor(under, target, days(2, 3)));
  const cancelling = await jobs.trigger(commandFor(under, target, days(3, 4)));
  const worker = await claimed(under, running);
  await claimed(under, cancelling);
  await jobs.cancel(under.workspaceId, cancelling.id);
  await under.apply(putView(target.view, "recreate", "f2"));
  const states = await Promise.all(
    [done, pending, running, cancelling].map(async ({ id }) => jobs.get(under.workspaceId, id)),
  );
  expect(states.map((job) => job.state)).toEqual(["SUCCESS", "FAILURE", "FAILURE", "MANUALLY_CANCELLED"]);
  expect(states[1]!.error?.message).toBe(`View "${target.view}" was recreated.`);
  expect(states.map((job) => job.waitingAttempt)).toEqual([null, null, null, null]);
  expect(await ledger.reservations(target.generationId, "offline")).toEqual([]);
  expect(await attempts.heartbeat(worker.id, worker.fence, { leaseMs: 1000 })).toBe("fenced");
  await expect(attempts.commitFiles(worker.id, worker.fence, oneFile("x", days(2, 3)))).rejects.toMatchObject(
    {
      code: "FENCED",
    },
  );
  await expect(jobs.trigger(commandFor(under, target, days(1, 2)))).rejects.toMatchObject({
    code: "CONFLICT",
  });
});

test("a feature table has a generation, a service has none; a name that changes its kind starts the next", async () => {
  await under.apply(createTable("t"));
  const first = await currentGeneration(under, "t");
  await under.apply(createService("s", "t"));
  const { definitions, ledger } = under.registry;
  const { revision, objects } = await definitions.current(under.workspaceId);
  expect(objects.find(({ kind }) => kind === "featureService")).toMatchObject({
    name: "s",
    generationId: null,
    resolved: null,
  });
  await definitions.applyChanges(under.workspaceId, revision, [
    { action: "delete", kind: "featureTable", name: "t" },
    putView("t"),
  ]);
  const second = await ledger.generation(await currentGeneration(under, "t"));
  expect([second.number, (await ledger.generation(first)).retiredAt === null]).toEqual([2, false]);
});
