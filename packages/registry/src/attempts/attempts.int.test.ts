import { describe, expect, test } from "vitest";
import { putView } from "../testing/definitions.ts";
import { claimed, commandFor, days, oneFile, useRegistry } from "../testing/registry-under-test.ts";

const under = useRegistry();
const RANGE = days(0, 2);
const NO_EDGE = { onlineEdge: null };

const triggered = async (options = {}) =>
  under.registry.jobs.trigger(commandFor(under, await under.newView(), RANGE, options));

/** Ends the lease of an attempt, sweeps, and claims the attempt that follows. */
const afterLostWorker = async (jobId: string) => {
  const { recovery, jobs } = under.registry;
  await under.query(
    "update attempt set lease_until = now() - interval '1 second' where job_id = $1 and state = 'RUNNING'",
    [jobId],
  );
  await recovery.loseAttempts();
  await recovery.queueRetries();
  return claimed(under, await jobs.get(under.workspaceId, jobId));
};

describe("claim", () => {
  test("gives the worker all it needs: range, view, sources, entities as they are now", async () => {
    const job = await triggered();
    await under.apply(putView(job.featureView, "update", "f2"));
    expect(await claimed(under, job)).toMatchObject({
      jobId: job.id,
      number: 1,
      fence: 1,
      workspace: "prod",
      viewName: job.featureView,
      view: { version: 2, fingerprint: "f2" },
      sources: [{ name: "events" }],
      entities: [{ name: "user" }],
      work: { type: "batch", range: RANGE },
      online: true,
      offline: true,
      overwrite: false,
      resume: null,
    });
    const running = await under.registry.jobs.get(under.workspaceId, job.id);
    expect(running).toMatchObject({
      state: "RUNNING",
      attempts: [{ state: "RUNNING", workerId: "worker-1" }],
    });
  });

  test("of many workers one gets the attempt", async () => {
    const { id, fence } = (await triggered()).waitingAttempt!;
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, i) => under.registry.attempts.claim(id, fence, `worker-${i}`, 60_000)),
    );
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  test("with another fence, or of what is no attempt, is null", async () => {
    const { id } = (await triggered()).waitingAttempt!;
    expect(await under.registry.attempts.claim(id, 2, "worker-1", 60_000)).toBeNull();
    expect(await under.registry.attempts.claim("nonsense", 1, "worker-1", 60_000)).toBeNull();
  });
});

describe("commit 1 and commit 2", () => {
  test("make the range live offline, then online with SUCCESS", async () => {
    const { attempts, ledger, jobs } = under.registry;
    const job = await triggered();
    const { id, fence, generationId } = await claimed(under, job);
    const commit = await attempts.commitFiles(id, fence, oneFile(`${id}/a`, RANGE));
    expect(commit.seq).toBe(1n);
    expect(await ledger.ranges(generationId, "offline")).toEqual([
      { range: RANGE, commitSeq: 1n, jobId: job.id, sourceFingerprint: `source of ${id}/a` },
    ]);
    expect(await ledger.ranges(generationId, "online")).toEqual([]);
    expect((await jobs.get(under.workspaceId, job.id)).progress.phase).toBe("publishing");
    const done = await attempts.completePush(id, fence, { onlineEdge: RANGE.end });
    expect(done).toMatchObject({ state: "SUCCESS", attempts: [{ state: "SUCCESS", rows: 10 }] });
    expect(await ledger.ranges(generationId, "online")).toMatchObject([{ range: RANGE, commitSeq: 1n }]);
    expect(await ledger.reservations(generationId, "online")).toEqual([]);
    expect(await ledger.generation(generationId)).toMatchObject({ lastCommitSeq: 1n, onlineEdge: RANGE.end });
  });

  test("done twice by the same attempt change nothing the second time", async () => {
    const { attempts, ledger } = under.registry;
    const { id, fence, generationId } = await claimed(under, await triggered());
    const commit = await attempts.commitFiles(id, fence, oneFile(`${id}/a`, RANGE));
    expect(await attempts.commitFiles(id, fence, oneFile(`${id}/a`, RANGE))).toEqual(commit);
    const done = await attempts.completePush(id, fence, NO_EDGE);
    expect(await attempts.completePush(id, fence, NO_EDGE)).toEqual(done);
    expect((await ledger.generation(generationId)).lastCommitSeq).toBe(1n);
  });

  test.each([
    { online: false, stores: [1, 0] },
    { offline: false, stores: [0, 1] },
  ])("write only the wanted stores: %o", async ({ stores, ...options }) => {
    const { attempts, ledger } = under.registry;
    const { id, fence, generationId } = await claimed(under, await triggered(options));
    await attempts.commitFiles(id, fence, oneFile(`${id}/a`, RANGE));
    expect((await attempts.completePush(id, fence, NO_EDGE)).state).toBe("SUCCESS");
    const live = await Promise.all([
      ledger.ranges(generationId, "offline"),
      ledger.ranges(generationId, "online"),
    ]);
    expect(live.map((ranges) => ranges.length)).toEqual(stores);
  });

  test("commit 2 before commit 1 is CONFLICT", async () => {
    const { id, fence } = await claimed(under, await triggered());
    const push = under.registry.attempts.completePush(id, fence, NO_EDGE);
    await expect(push).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("after a request to cancel nothing is published", async () => {
    const { attempts, jobs, ledger } = under.registry;
    const job = await triggered();
    const { id, fence, generationId } = await claimed(under, job);
    await jobs.cancel(under.workspaceId, job.id);
    const commit = attempts.commitFiles(id, fence, oneFile(`${id}/a`, RANGE));
    await expect(commit).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await ledger.ranges(generationId, "offline")).toEqual([]);
  });
});

describe("a lost worker", () => {
  test("after its claim is followed by an attempt that starts anew, and is itself fenced", async () => {
    const { attempts } = under.registry;
    const job = await triggered();
    const zombie = await claimed(under, job);
    const next = await afterLostWorker(job.id);
    expect(next).toMatchObject({ number: 2, resume: null });
    expect(next.fence).toBeGreaterThan(zombie.fence);
    const { id, fence } = zombie;
    const fenced = { code: "FENCED" };
    expect(await attempts.heartbeat(id, fence, { leaseMs: 1000 })).toBe("fenced");
    await expect(attempts.commitFiles(id, fence, oneFile(`${id}/a`, RANGE))).rejects.toMatchObject(fenced);
    await expect(attempts.pushTurn(id, fence)).rejects.toMatchObject(fenced);
    await expect(attempts.completePush(id, fence, NO_EDGE)).rejects.toMatchObject(fenced);
    await expect(attempts.fail(id, fence, { code: "INTERNAL", message: "" })).rejects.toMatchObject(fenced);
    await expect(attempts.completePush(next.id, fence, NO_EDGE)).rejects.toMatchObject(fenced);
    expect((await under.registry.jobs.get(under.workspaceId, job.id)).attempts).toMatchObject([
      { number: 1, state: "LOST", error: { code: "ENGINE_CRASHED" } },
      { number: 2, state: "RUNNING" },
    ]);
  });

  test("after commit 1 is followed by an attempt that only repeats the push", async () => {
    const { attempts, ledger } = under.registry;
    const job = await triggered({ useManagedRetries: false });
    const first = await claimed(under, job);
    const commit = await attempts.commitFiles(first.id, first.fence, oneFile(`${first.id}/a`, RANGE));
    const next = await afterLostWorker(job.id);
    expect(next.resume).toEqual(commit);
    const files = await ledger.filesOfCommit(commit.id);
    expect(files).toMatchObject([{ path: `${first.id}/a`, jobRange: RANGE, live: [RANGE] }]);
    await expect(attempts.commitFiles(next.id, next.fence, oneFile("again", RANGE))).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect((await attempts.completePush(next.id, next.fence, NO_EDGE)).state).toBe("SUCCESS");
  });

  test("that was asked to cancel ends the job", async () => {
    const { jobs, recovery } = under.registry;
    const job = await triggered();
    await claimed(under, job, 1);
    await jobs.cancel(under.workspaceId, job.id);
    await under.query("update attempt set lease_until = now() - interval '1 second' where job_id = $1", [
      job.id,
    ]);
    await recovery.loseAttempts();
    const ended = await jobs.get(under.workspaceId, job.id);
    expect(ended).toMatchObject({ state: "MANUALLY_CANCELLED", attempts: [{ state: "LOST" }] });
  });

  test("whose lease a heartbeat has extended is not lost", async () => {
    const { attempts, recovery, jobs } = under.registry;
    const job = await triggered();
    const { id, fence } = await claimed(under, job, 1);
    expect(await attempts.heartbeat(id, fence, { leaseMs: 60_000 })).toBe("ok");
    await recovery.loseAttempts();
    expect((await jobs.get(under.workspaceId, job.id)).attempts).toMatchObject([{ state: "RUNNING" }]);
  });
});

describe("a failed attempt", () => {
  test("of input is final: the job is FAILURE with the reason, its ranges are free", async () => {
    const { attempts, ledger } = under.registry;
    const { id, fence, generationId } = await claimed(under, await triggered());
    const failure = { code: "VALUE_ERROR", message: "sum overflows" } as const;
    const job = await attempts.fail(id, fence, failure);
    expect(job).toMatchObject({
      state: "FAILURE",
      error: failure,
      attempts: [{ state: "FAILURE", error: failure }],
    });
    expect(await ledger.reservations(generationId, "offline")).toEqual([]);
  });

  test("of the platform is retried, unless the user does that", async () => {
    const failure = { code: "UNAVAILABLE", message: "no answer" } as const;
    const managed = await claimed(under, await triggered());
    expect(await under.registry.attempts.fail(managed.id, managed.fence, failure)).toMatchObject({
      state: "RUNNING",
      retryAt: expect.any(Date) as unknown,
      error: null,
    });
    const own = await claimed(under, await triggered({ useManagedRetries: false }));
    expect((await under.registry.attempts.fail(own.id, own.fence, failure)).state).toBe("FAILURE");
  });

  test("after commit 1 is retried whatever it was, until no attempts are left; then it no longer blocks", async () => {
    const { attempts, jobs, ledger } = under.registry;
    const target = await under.newView();
    const job = await jobs.trigger(commandFor(under, target, RANGE));
    let attempt = await claimed(under, job);
    await attempts.commitFiles(attempt.id, attempt.fence, oneFile(`${attempt.id}/a`, RANGE));
    const later = await claimed(under, await jobs.trigger(commandFor(under, target, days(2, 3))));
    await attempts.commitFiles(later.id, later.fence, oneFile(`${later.id}/a`, days(2, 3)));
    for (let number = 1; number < 10; number++) {
      await attempts.fail(attempt.id, attempt.fence, { code: "VALUE_ERROR", message: "no push" });
      expect(await attempts.pushTurn(later.id, later.fence)).toBe(false);
      await under.query("update job set retry_at = now() where id = $1", [job.id]);
      await under.registry.recovery.queueRetries();
      attempt = await claimed(under, await jobs.get(under.workspaceId, job.id));
    }
    const last = await attempts.fail(attempt.id, attempt.fence, { code: "VALUE_ERROR", message: "no push" });
    expect(last.state).toBe("FAILURE");
    expect(await attempts.pushTurn(later.id, later.fence)).toBe(true);
    await attempts.completePush(later.id, later.fence, NO_EDGE);
    expect((await ledger.ranges(target.generationId, "offline")).map((one) => one.range)).toEqual([
      RANGE,
      days(2, 3),
    ]);
    expect((await ledger.ranges(target.generationId, "online")).map((one) => one.range)).toEqual([
      days(2, 3),
    ]);
  });
});

test("commits of a view are pushed in their order", async () => {
  const { attempts, jobs } = under.registry;
  const target = await under.newView();
  const [a, b] = [
    await claimed(under, await jobs.trigger(commandFor(under, target, days(0, 1)))),
    await claimed(under, await jobs.trigger(commandFor(under, target, days(1, 2)))),
  ];
  await attempts.commitFiles(b.id, b.fence, oneFile(`${b.id}/b`, days(1, 2)));
  await attempts.commitFiles(a.id, a.fence, oneFile(`${a.id}/a`, days(0, 1)));
  expect([await attempts.pushTurn(a.id, a.fence), await attempts.pushTurn(b.id, b.fence)]).toEqual([
    false,
    true,
  ]);
  await expect(attempts.completePush(a.id, a.fence, NO_EDGE)).rejects.toMatchObject({ code: "CONFLICT" });
  await attempts.completePush(b.id, b.fence, NO_EDGE);
  expect(await attempts.pushTurn(a.id, a.fence)).toBe(true);
  await attempts.completePush(a.id, a.fence, NO_EDGE);
});
