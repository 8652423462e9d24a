import { describe, expect, test } from "vitest";
import { claimed, days, ingestOf, oneFile, useRegistry } from "../testing/registry-under-test.ts";
import type { Job } from "../types/job.ts";

const under = useRegistry();

const claim = ({ waitingAttempt }: Job) =>
  under.registry.attempts.claim(waitingAttempt!.id, waitingAttempt!.fence, "worker-1", 60_000);
const range = days(2, 6);
const commitOf = (path: string) => ({
  ...oneFile(path, range),
  rejectedRows: 3,
  ranges: [days(2, 3), days(5, 6)],
});

describe("an ingest", () => {
  test("has no times until commit 1, whose ranges become live: offline then, online with commit 2", async () => {
    const { attempts, jobs, ledger } = under.registry;
    const target = await under.newTable();
    const job = await jobs.ingest(ingestOf(under, target));
    expect(job).toMatchObject({ type: "ingest", startTime: null, endTime: null, rejectedRows: null });
    const { id, fence, work } = await claimed(under, job);
    expect(work).toEqual({ type: "ingest", input: "retrieval/upload/spine.parquet" });
    await attempts.commitFiles(id, fence, commitOf(id));
    expect(await jobs.get(under.workspaceId, job.id)).toMatchObject({
      startTime: days(2, 3).start,
      endTime: days(5, 6).end,
      rejectedRows: 3,
    });
    const live = async (store: "offline" | "online") =>
      (await ledger.ranges(target.generationId, store)).map((one) => one.range);
    expect([await live("offline"), await live("online")]).toEqual([[days(2, 3), days(5, 6)], []]);
    await attempts.completePush(id, fence, { onlineEdge: range.end });
    expect(await live("online")).toEqual([days(2, 3), days(5, 6)]);
    expect(await ledger.reservations(target.generationId, "online")).toEqual([]);
  });

  test("that brings no row commits, and makes nothing live", async () => {
    const { attempts, jobs, ledger } = under.registry;
    const target = await under.newTable();
    const { id, fence } = await claimed(under, await jobs.ingest(ingestOf(under, target)));
    const nothing = { files: [], rows: 0, rejectedRows: 2, sourceFingerprint: "none", ranges: [] };
    await attempts.commitFiles(id, fence, nothing);
    const job = await attempts.completePush(id, fence, { onlineEdge: null });
    expect(job).toMatchObject({ state: "SUCCESS", startTime: null, endTime: null, rejectedRows: 2 });
    expect(await ledger.ranges(target.generationId, "online")).toEqual([]);
  });

  test("of a table that was deleted is CONFLICT", async () => {
    const target = await under.newTable();
    await under.apply({ action: "delete", kind: "featureTable", name: target.view });
    await expect(under.registry.jobs.ingest(ingestOf(under, target))).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("needs its upload until it is final", async () => {
    const { jobs } = under.registry;
    const input = "retrieval/needed/spine.parquet";
    expect(await jobs.isInputNeeded(input)).toBe(false);
    const job = await jobs.ingest(ingestOf(under, await under.newTable(), input));
    expect(await jobs.isInputNeeded(input)).toBe(true);
    await jobs.cancel(under.workspaceId, job.id);
    expect(await jobs.isInputNeeded(input)).toBe(false);
  });
});

describe("ingests of one table take turns", () => {
  test("one is claimed at a time, whoever ends it is told of the next, and none is refused", async () => {
    const { attempts, jobs } = under.registry;
    const target = await under.newTable();
    const made = [];
    for (let i = 0; i < 4; i++) made.push(await jobs.ingest(ingestOf(under, target)));
    const first = (await Promise.all(made.map(claim))).filter((one) => one !== null);
    expect(first).toHaveLength(1);
    let held = first[0]!;
    for (const isLast of [false, false, false, true]) {
      await attempts.commitFiles(held.id, held.fence, commitOf(held.id));
      await attempts.completePush(held.id, held.fence, { onlineEdge: null });
      const next = await attempts.nextIngest(target.generationId);
      expect(next === null).toBe(isLast);
      if (next !== null) held = (await attempts.claim(next.id, next.fence, "worker-2", 60_000))!;
    }
    const ended = await Promise.all(made.map(({ id }) => jobs.get(under.workspaceId, id)));
    expect(ended.map(({ state }) => state)).toEqual(Array(4).fill("SUCCESS"));
  });

  test("one that is committed but not pushed keeps its turn while it waits to be tried again", async () => {
    const { attempts, jobs, recovery } = under.registry;
    const target = await under.newTable();
    const [a, b] = [await jobs.ingest(ingestOf(under, target)), await jobs.ingest(ingestOf(under, target))];
    const held = await claimed(under, a);
    await attempts.commitFiles(held.id, held.fence, commitOf(held.id));
    await attempts.fail(held.id, held.fence, { code: "UNAVAILABLE", message: "away" });
    expect(await claim(b)).toBeNull();
    await under.query("update job set retry_at = now() where id = $1", [a.id]);
    await recovery.queueRetries();
    const again = await claimed(under, await jobs.get(under.workspaceId, a.id));
    expect(again.resume).not.toBeNull();
    await attempts.completePush(again.id, again.fence, { onlineEdge: null });
    expect(await claim(b)).not.toBeNull();
  });

  test("one that failed before commit 1 lets the others go first", async () => {
    const { attempts, jobs } = under.registry;
    const target = await under.newTable();
    const [a, b] = [await jobs.ingest(ingestOf(under, target)), await jobs.ingest(ingestOf(under, target))];
    const held = await claimed(under, a);
    await attempts.fail(held.id, held.fence, { code: "UNAVAILABLE", message: "away" });
    expect(await claim(b)).not.toBeNull();
  });

  test("ingests of other tables are not held up", async () => {
    const { jobs } = under.registry;
    await claimed(under, await jobs.ingest(ingestOf(under, await under.newTable())));
    expect(await claim(await jobs.ingest(ingestOf(under, await under.newTable())))).not.toBeNull();
  });
});
