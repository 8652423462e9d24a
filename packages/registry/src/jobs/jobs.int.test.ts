import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { claimed, commandFor, days, materialize, useRegistry } from "../testing/registry-under-test.ts";

const under = useRegistry();

describe("trigger", () => {
  test("makes a pending job with reservations in the wanted stores and an attempt to dispatch", async () => {
    const target = await under.newView();
    const job = await under.registry.jobs.trigger(commandFor(under, target, days(3, 5), { online: false }));
    expect(job).toMatchObject({
      workspace: "prod",
      featureView: target.view,
      type: "batch",
      state: "PENDING",
      startTime: days(3, 5).start,
      endTime: days(3, 5).end,
      online: false,
      offline: true,
      attempts: [],
      progress: { phase: "queued", fraction: null, rows: null, bytes: null },
      error: null,
      retryAt: null,
      waitingAttempt: { id: expect.any(String) as unknown, fence: 1 },
    });
    const { ledger } = under.registry;
    const reserved = [{ range: days(3, 5), jobId: job.id }];
    expect(await ledger.reservations(target.generationId, "offline")).toEqual(reserved);
    expect(await ledger.reservations(target.generationId, "online")).toEqual([]);
  });

  test("of twenty at once for one range one wins, the others are CONFLICT naming its job and range", async () => {
    const target = await under.newView();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => under.registry.jobs.trigger(commandFor(under, target, days(0, 1)))),
    );
    const winners = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const refusals = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
    expect([winners.length, refusals.length]).toEqual([1, 19]);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: "CONFLICT", details: { jobId: winners[0]!.id } });
      expect(refusal.message).toContain(`[1970-01-01T00:00:00Z, 1970-01-02T00:00:00Z)`);
    }
  });

  test("of twenty ranges that overlap in a chain, those that win are disjoint", async () => {
    const target = await under.newView();
    await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        under.registry.jobs.trigger(commandFor(under, target, days(i, i + 3))),
      ),
    );
    const reserved = await under.registry.ledger.reservations(target.generationId, "offline");
    expect(reserved.length).toBeGreaterThanOrEqual(5);
    reserved
      .slice(1)
      .forEach((one, i) => expect(one.range.start).toBeGreaterThanOrEqual(reserved[i]!.range.end));
  });

  test("of jobs asked for at once one that the database refuses takes none along", async () => {
    const target = await under.newView();
    const ranges = Array.from({ length: 9 }, (_, i) => (i === 4 ? days(4, 4) : days(i, i + 1)));
    const outcomes = await Promise.allSettled(
      ranges.map((range) => under.registry.jobs.trigger(commandFor(under, target, range))),
    );
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(ranges.map((_, i) => i !== 4));
    expect(await under.registry.ledger.reservations(target.generationId, "offline")).toHaveLength(8);
  });

  test("ranges that touch, and other stores and views, do not overlap", async () => {
    const [one, other] = [await under.newView(), await under.newView()];
    const { jobs } = under.registry;
    await jobs.trigger(commandFor(under, one, days(0, 1), { online: false }));
    await jobs.trigger(commandFor(under, one, days(1, 2), { online: false }));
    await jobs.trigger(commandFor(under, one, days(0, 1), { offline: false }));
    await expect(jobs.trigger(commandFor(under, other, days(0, 1)))).resolves.toMatchObject({
      state: "PENDING",
    });
  });

  test("over a successful range is VALIDATION naming the ranges and the fix, unless it overwrites", async () => {
    const target = await under.newView();
    await materialize(under, commandFor(under, target, days(0, 2)));
    await materialize(under, commandFor(under, target, days(2, 3)));
    const again = commandFor(under, target, days(1, 4));
    await expect(under.registry.jobs.trigger(again)).rejects.toMatchObject({
      code: "VALIDATION",
      message: expect.stringContaining(
        "[1970-01-01T00:00:00Z, 1970-01-04T00:00:00Z) (offline); [1970-01-01T00:00:00Z, 1970-01-04T00:00:00Z) (online)",
      ) as unknown,
      fix: expect.stringContaining("overwrite: true") as unknown,
    });
    await under.registry.jobs.trigger({ ...again, overwrite: true });
  });
});

describe("list", () => {
  test("pages through a view's jobs, the newest first, each once", async () => {
    const { jobs } = under.registry;
    const target = await under.newView();
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.push((await jobs.trigger(commandFor(under, target, days(i, i + 1)))).id);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const filter = { view: target.view, limit: 2, ...(cursor === "" ? {} : { cursor }) };
      const page = await jobs.list(under.workspaceId, filter);
      seen.push(...page.jobs.map((job) => job.id));
      cursor = page.nextCursor;
    }
    expect(new Set(seen)).toEqual(new Set(made));
    expect(seen).toHaveLength(5);
    await jobs.cancel(under.workspaceId, made[0]!);
    const cancelled = await jobs.list(under.workspaceId, {
      view: target.view,
      state: "MANUALLY_CANCELLED",
      limit: 9,
    });
    expect(cancelled).toMatchObject({ jobs: [{ id: made[0] }], nextCursor: null });
  });

  test("refuses a cursor that no list gave", async () => {
    const list = under.registry.jobs.list(under.workspaceId, { limit: 1, cursor: "nonsense" });
    await expect(list).rejects.toMatchObject({ code: "VALIDATION" });
  });
});

test.each(["nonsense", randomUUID()])("job %s is NOT_FOUND", async (id) => {
  await expect(under.registry.jobs.get(under.workspaceId, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(under.registry.jobs.cancel(under.workspaceId, id)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

describe("cancel", () => {
  test("ends a job that no worker holds at once, and frees its ranges", async () => {
    const { jobs, attempts } = under.registry;
    const command = commandFor(under, await under.newView(), days(0, 1));
    const job = await jobs.trigger(command);
    expect(await jobs.cancel(under.workspaceId, job.id)).toMatchObject({
      state: "MANUALLY_CANCELLED",
      error: null,
    });
    const { id, fence } = job.waitingAttempt!;
    expect(await attempts.claim(id, fence, "worker-1", 1000)).toBeNull();
    await expect(jobs.trigger(command)).resolves.toMatchObject({ state: "PENDING" });
  });

  test("of a running job is asked of its worker", async () => {
    const { jobs, attempts } = under.registry;
    const job = await jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
    const { id, fence } = await claimed(under, job);
    expect((await jobs.cancel(under.workspaceId, job.id)).state).toBe("MANUAL_CANCELLATION_REQUESTED");
    expect(await attempts.heartbeat(id, fence, { leaseMs: 1000 })).toBe("cancel");
    const ended = await attempts.fail(id, fence, { code: "CANCELLED", message: "asked to stop" });
    expect(ended).toMatchObject({ state: "MANUALLY_CANCELLED", attempts: [{ state: "CANCELLED" }] });
  });

  test("of a job that waits to retry ends it at once", async () => {
    const { jobs, attempts } = under.registry;
    const job = await jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
    const { id, fence } = await claimed(under, job);
    const waiting = await attempts.fail(id, fence, { code: "UNAVAILABLE", message: "no store" });
    expect(waiting).toMatchObject({
      state: "RUNNING",
      retryAt: expect.any(Date) as unknown,
      attempts: [{ state: "FAILURE" }],
    });
    expect((await jobs.cancel(under.workspaceId, job.id)).state).toBe("MANUALLY_CANCELLED");
  });

  test("returns a final job unchanged", async () => {
    const done = await materialize(under, commandFor(under, await under.newView(), days(0, 1)));
    expect(await under.registry.jobs.cancel(under.workspaceId, done.id)).toEqual(done);
  });
});

describe("waitForChange", () => {
  const wait = (id: string, since: Date, timeoutMs: number, signal?: AbortSignal) =>
    under.registry.jobs.waitForChange(id, { since, timeoutMs, ...(signal === undefined ? {} : { signal }) });

  test("returns at once when the job has changed already", async () => {
    const job = await under.registry.jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
    await claimed(under, job);
    expect((await wait(job.id, job.updatedAt, 60_000)).state).toBe("RUNNING");
  });

  test("wakes by a change, all who wait", async () => {
    const job = await under.registry.jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
    // Once one wait has come back, the connection listens.
    await wait(job.id, job.updatedAt, 1);
    const waits = Promise.all([1, 2, 3].map(() => wait(job.id, job.updatedAt, 60_000)));
    await claimed(under, job);
    expect((await waits).map((one) => one.state)).toEqual(["RUNNING", "RUNNING", "RUNNING"]);
  });

  test("wakes for each of many changes in one millisecond", async () => {
    const { jobs, attempts } = under.registry;
    const job = await jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
    const { id, fence } = await claimed(under, job);
    let seen = await jobs.get(under.workspaceId, job.id);
    for (let rows = 1; rows <= 5; rows++) {
      await attempts.heartbeat(id, fence, {
        leaseMs: 60_000,
        progress: { phase: "reading", fraction: null, rows },
      });
      seen = await wait(job.id, seen.updatedAt, 60_000);
      expect(seen.progress).toEqual({ phase: "reading", fraction: null, rows, bytes: null });
    }
  });

  test("progress keeps its bytes where a heartbeat tells none", async () => {
    const { jobs, attempts } = under.registry;
    const job = await jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
    const { id, fence } = await claimed(under, job);
    const beat = (bytes?: number) => {
      const progress = {
        phase: "computing",
        fraction: 0.5,
        rows: 3,
        ...(bytes === undefined ? {} : { bytes }),
      };
      return attempts.heartbeat(id, fence, { leaseMs: 60_000, progress });
    };
    for (const [told, kept] of [
      [undefined, null],
      [900, 900],
      [undefined, 900],
      [1_000, 1_000],
    ] as const) {
      await beat(told);
      expect((await jobs.get(under.workspaceId, job.id)).progress.bytes).toBe(kept);
    }
  });

  test("returns the job as it is when the time is over, and throws CANCELLED when aborted", async () => {
    const job = await under.registry.jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
    expect(await wait(job.id, job.updatedAt, 10)).toEqual(job);
    const abort = new AbortController();
    const waiting = wait(job.id, job.updatedAt, 60_000, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "CANCELLED" });
  });
});
