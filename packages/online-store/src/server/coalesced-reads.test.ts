import { TeselaError } from "@tesela/core";
import { expect, test } from "vitest";
import type { ReadOptions, ViewRead, ViewReadResult } from "../store/port.ts";
import { CoalescedReads, type RequestReadOptions, type RequestReads } from "./coalesced-reads.ts";

const read = (generation: number): ViewRead => ({
  generation,
  kind: "attributes",
  key: { scope: "s", bytes: new Uint8Array(0) },
  chunks: [{ level: 0, chunk: 0 }],
});

/** A store whose value is as long as the generation's number. */
function store(): { calls: number[][]; read(reads: readonly ViewRead[]): Promise<ViewReadResult[]> } {
  const calls: number[][] = [];
  return {
    calls,
    async read(reads) {
      calls.push(reads.map(({ generation }) => generation));
      return reads.map(({ generation }) => ({ marker: null, values: [new Uint8Array(generation)] }));
    },
  };
}

const options = (request: RequestReads): RequestReadOptions => ({ request });
const within = (ms: number): RequestReads => ({
  deadline: performance.now() + ms,
  budgetMs: ms,
  storeMs: 0,
});

test("what requests of one budget read in a turn is one call; another budget has its own", async () => {
  const target = store();
  const reads = new CoalescedReads(target);
  const [one, two, other] = [within(1_000), within(1_000), within(500)];
  const answers = await Promise.all([
    reads.read([read(1), read(2)], options(one)),
    reads.read([read(9)], options(other)),
    reads.read([read(3)], options(two)),
  ]);
  expect(target.calls).toEqual([[1, 2, 3], [9]]);
  expect(answers.map((results) => results.map(({ values }) => values[0]?.length))).toEqual([
    [1, 2],
    [9],
    [3],
  ]);
  expect(one.storeMs).toBeGreaterThan(0);
});

test("a read of no request goes to the store as it is", async () => {
  const target = store();
  await new CoalescedReads(target).read([read(4)], {});
  expect(target.calls).toEqual([[4]]);
});

test("past its deadline a request asks nothing of the store, and an error of the store is one of every read", async () => {
  const target = store();
  const late = new CoalescedReads(target).read([read(1)], options(within(0)));
  await expect(late).rejects.toMatchObject({ code: "TIMEOUT" });
  expect(target.calls).toEqual([]);
  const broken = new CoalescedReads({ read: (_: unknown, __?: ReadOptions) => Promise.reject(gone()) });
  const shared = options(within(1_000));
  const ends = await Promise.allSettled([broken.read([read(1)], shared), broken.read([read(2)], shared)]);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

function gone(): TeselaError {
  return new TeselaError("UNAVAILABLE", "gone");
}
