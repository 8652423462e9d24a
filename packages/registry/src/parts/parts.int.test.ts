import { describe, expect, test } from "vitest";
import { claimed, commandFor, days, useRegistry } from "../testing/registry-under-test.ts";

const under = useRegistry();
const LEASE_MS = 60_000;
const RANGES = [days(0, 3), days(3, 6), days(6, 10)];
const OUTPUT = { file: null, rows: 0, rejectedRows: 2 };
const FILE = {
  path: "a/b",
  bytes: 9,
  rows: 3,
  minTime: days(0, 1).start,
  maxTime: null,
  sha256: "00",
  deletionId: 4n,
};

async function running() {
  const job = await under.registry.jobs.trigger(commandFor(under, await under.newView(), days(0, 10)));
  const attempt = await claimed(under, job);
  await under.registry.parts.create(attempt.id, attempt.fence, { ranges: RANGES, sourceFingerprint: "f" });
  return attempt;
}

const take = (attemptId: string, workerId: string, sourceFingerprint = "f") =>
  under.registry.parts.claim(attemptId, { workerId, leaseMs: LEASE_MS, sourceFingerprint });

describe("the parts of an attempt", () => {
  test("are taken once each, the earliest first, and no part is left over", async () => {
    const { id } = await running();
    const taken = await Promise.all(Array.from({ length: 8 }, (_, index) => take(id, `worker-${index}`)));
    const parts = taken.filter((part) => part !== null).toSorted((a, b) => a.number - b.number);
    expect(parts).toEqual(RANGES.map((range, number) => ({ number, range, claims: 1 })));
  });

  test("are none of a worker that has found other sources", async () => {
    const { id } = await running();
    expect(await take(id, "worker", "other")).toBeNull();
  });

  test("come to something once; outputs keep the order of the ranges", async () => {
    const { parts } = under.registry;
    const { id } = await running();
    const [first, second] = [(await take(id, "a"))!, (await take(id, "b"))!];
    await parts.complete(id, second, { file: FILE, rows: 3, rejectedRows: 0 });
    expect(await parts.outputs(id)).toEqual([null, { file: FILE, rows: 3, rejectedRows: 0 }, null]);
    await parts.complete(id, first, OUTPUT);
    expect((await take(id, "c"))?.number).toBe(2);
    expect(await take(id, "c")).toBeNull();
    expect((await parts.outputs(id))[0]).toEqual(OUTPUT);
  });

  test("are taken anew when a worker is lost, and what it brings then counts for nothing", async () => {
    const { parts } = under.registry;
    const { id } = await running();
    const lost = (await take(id, "lost"))!;
    await under.query("update part set lease_until = now() - interval '1 second' where attempt_id = $1", [
      id,
    ]);
    const again = (await take(id, "next"))!;
    expect(again).toEqual({ ...lost, claims: 2 });
    expect(await parts.beat(id, lost, LEASE_MS)).toBe(false);
    await parts.complete(id, lost, { file: FILE, rows: 3, rejectedRows: 0 });
    expect(await parts.outputs(id)).toEqual([null, null, null]);
    expect(await parts.beat(id, again, LEASE_MS)).toBe(true);
  });

  test("given back are there for the next", async () => {
    const { id } = await running();
    const part = (await take(id, "a"))!;
    await under.registry.parts.release(id, part);
    expect(await take(id, "b")).toEqual({ ...part, claims: 2 });
  });

  test("end with their attempt: nobody helps it any more", async () => {
    const { attempts, parts } = under.registry;
    const { id, fence } = await running();
    expect(await parts.attempt(id, fence)).toMatchObject({ id, work: { type: "batch", range: days(0, 10) } });
    const part = (await take(id, "a"))!;
    await attempts.fail(id, fence, { code: "VALIDATION", message: "no" });
    expect(await parts.attempt(id, fence)).toBeNull();
    expect(await take(id, "b")).toBeNull();
    expect(await parts.beat(id, part, LEASE_MS)).toBe(false);
  });

  test("of an attempt that is fenced are not made", async () => {
    const { id, fence } = await running();
    const made = under.registry.parts.create(id, fence + 1, { ranges: RANGES, sourceFingerprint: "f" });
    await expect(made).rejects.toMatchObject({ code: "FENCED" });
  });
});
