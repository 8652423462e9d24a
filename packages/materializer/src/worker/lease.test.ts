import { TeselaError } from "@tesela/core";
import type { Progress } from "@tesela/registry";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdLease, type Lease, type LeaseReply } from "./lease.ts";

const LEASE_MS = 400;
const BEAT_MS = LEASE_MS / 4;
const computing: Progress = { phase: "computing", fraction: 0.5, rows: null };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A lease whose beats answer in turn; after the last answer, again and again the last. */
function leaseOf(...answers: (() => Promise<LeaseReply>)[]) {
  const told: (Progress | null)[] = [];
  const outer = new AbortController();
  const beat = (progress: Progress | null): Promise<LeaseReply> => {
    told.push(progress);
    return (answers[told.length - 1] ?? answers.at(-1)!)();
  };
  return { lease: holdLease(beat, LEASE_MS, outer.signal), told, outer };
}

const says = (reply: LeaseReply) => (): Promise<LeaseReply> => Promise.resolve(reply);
const fails = (): Promise<LeaseReply> => Promise.reject(new Error("no connection"));
const hangs = (): Promise<LeaseReply> => new Promise(() => undefined);

function codeOf({ signal }: Lease): string | null {
  return signal.aborted ? (signal.reason as TeselaError).code : null;
}

test("a heartbeat goes out every quarter of the lease, and the work goes on", async () => {
  const { lease, told } = leaseOf(says("ok"));
  await vi.advanceTimersByTimeAsync(10 * LEASE_MS);
  expect(told).toHaveLength(40);
  expect(codeOf(lease)).toBeNull();
});

test("each heartbeat tells the latest progress", async () => {
  const { lease, told } = leaseOf(says("ok"));
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  lease.report({ ...computing, fraction: 0.1 });
  lease.report(computing);
  await vi.advanceTimersByTimeAsync(2 * BEAT_MS);
  expect(told).toEqual([null, computing, computing]);
});

test("progress is told within a second, however long the lease is, and not each time it is reported", async () => {
  const told: (Progress | null)[] = [];
  const beat = (progress: Progress | null): Promise<LeaseReply> => {
    told.push(progress);
    return says("ok")();
  };
  const lease = holdLease(beat, 60_000, new AbortController().signal);
  for (const fraction of [0.1, 0.2, 0.5]) lease.report({ ...computing, fraction });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([computing]);
  lease.report(computing);
  lease.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toHaveLength(1);
});

test.each([
  ["cancel", "CANCELLED"],
  ["fenced", "FENCED"],
] as const)("a reply of %s aborts the work with %s", async (reply, code) => {
  const { lease } = leaseOf(says("ok"), says(reply));
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  expect(codeOf(lease)).toBeNull();
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  expect(codeOf(lease)).toBe(code);
});

test("heartbeats that fail for less than a lease are forgiven", async () => {
  const { lease } = leaseOf(says("ok"), fails, fails, says("ok"), fails, fails, says("ok"));
  await vi.advanceTimersByTimeAsync(7 * BEAT_MS);
  expect(codeOf(lease)).toBeNull();
});

test.each([
  ["fail", fails],
  ["hang", hangs],
])("heartbeats that %s for a whole lease stop the work: another worker may have it", async (_, answer) => {
  const { lease } = leaseOf(says("ok"), answer);
  await vi.advanceTimersByTimeAsync(BEAT_MS + LEASE_MS - 1);
  expect(codeOf(lease)).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(codeOf(lease)).toBe("FENCED");
});

test("a slow answer counts from when it was asked for, as the lease does", async () => {
  const slow = (): Promise<LeaseReply> =>
    new Promise((resolve) => void setTimeout(() => resolve("ok"), LEASE_MS - 1));
  const { lease } = leaseOf(slow, hangs);
  await vi.advanceTimersByTimeAsync(BEAT_MS + LEASE_MS);
  expect(codeOf(lease)).toBe("FENCED");
});

test("confirm asks at once, and throws when the work must stop", async () => {
  const { lease, told } = leaseOf(says("ok"), says("cancel"));
  await lease.confirm();
  expect(told).toHaveLength(1);
  await expect(lease.confirm()).rejects.toMatchObject({ code: "CANCELLED" });
});

test("confirm throws when nobody answers: nothing that cannot be taken back may follow", async () => {
  const { lease } = leaseOf(fails);
  await expect(lease.confirm()).rejects.toThrow("no connection");
});

test("the outer signal stops the work with its own reason", () => {
  const { lease, outer } = leaseOf(says("ok"));
  outer.abort(new TeselaError("UNAVAILABLE", "The worker stops."));
  expect(codeOf(lease)).toBe("UNAVAILABLE");
});

test("a stopped lease sends no more heartbeats", async () => {
  const { lease, told } = leaseOf(says("ok"));
  lease.stop();
  await vi.advanceTimersByTimeAsync(2 * LEASE_MS);
  expect(told).toEqual([]);
});
