import { micros } from "@tesela/core";
import { expect, test } from "vitest";
import type { ServedService } from "../server/served-service.ts";
import { servedFeature } from "../server/service-view.ts";
import { ServedLog, type ServedBatch, type ServedLogOptions } from "./served-log.ts";

const view = {
  name: "v",
  features: [servedFeature("v.n", "int64", 0, null)],
  about: {},
} as const;
const service: ServedService = {
  name: "s",
  joinKeys: [{ name: "k", type: "string" }],
  views: [view],
  reads: [],
  realtime: [],
  missing: [],
  logging: { sampleRate: 0.5, workspaceId: 7 },
};
const answer = (value: bigint) => ({ values: [value], bound: micros(0n), edge: micros(0n) });
const row = (value: bigint) => ({
  outcomes: [{ kind: "answered", answer: answer(value), isMissing: false } as const],
  bytes: 0,
});

function logOf(options: Partial<ServedLogOptions> = {}) {
  const batches: ServedBatch[] = [];
  const ends: string[] = [];
  const log = new ServedLog({
    write: async (batch) => void batches.push(batch),
    onRows: (name, end, count) => ends.push(`${name} ${end} ${count}`),
    onError: () => undefined,
    random: () => 0,
    ...options,
  });
  return { log, batches, ends };
}

test("a vector is kept with its instant, keys and features, as text", async () => {
  const { log, batches, ends } = logOf();
  log.take(service, [["a"], [null]], [row(2n ** 60n), row(1n)], micros(1_500_000n));
  await log.stop();
  const columns = [
    { name: "_served_at", type: "timestamp" },
    { name: "k", type: "string" },
    { name: "v.n", type: "int64" },
  ];
  const rows = [
    ["1970-01-01T00:00:01.500000Z", "a", "1152921504606846976"],
    ["1970-01-01T00:00:01.500000Z", null, "1"],
  ];
  expect(batches).toEqual([{ workspaceId: 7, service: "s", columns, rows }]);
  expect(ends).toEqual(["s kept 2"]);
});

test("what could not be had is null", async () => {
  const { log, batches } = logOf();
  const failed = { outcomes: [{ kind: "failed", error: "no" } as const], bytes: 0 };
  log.take(service, [["a"]], [failed], micros(0n));
  await log.flush();
  expect(batches[0]!.rows[0]!.at(-1)).toBeNull();
});

test("the share that is declared is sampled, of services that declare one", async () => {
  const draws = [0.49, 0.5, 0.9, 0];
  const { log, ends } = logOf({ random: () => draws.shift()! });
  const rows = [row(1n), row(2n), row(3n), row(4n)];
  log.take(service, [["a"], ["b"], ["c"], ["d"]], rows, micros(0n));
  log.take({ ...service, logging: null }, [["a"]], [row(1n)], micros(0n));
  await log.flush();
  expect(ends).toEqual(["s kept 2"]);
});

test("what does not fit, and what cannot be written, is dropped and counted", async () => {
  const { log, ends } = logOf({ maxRows: 1, write: () => Promise.reject(new Error("gone")) });
  log.take(service, [["a"], ["b"]], [row(1n), row(2n)], micros(0n));
  await log.flush();
  log.take(service, [["c"]], [row(3n)], micros(0n));
  await log.flush();
  expect(ends).toEqual(["s dropped 1", "s dropped 1", "s dropped 1"]);
});

test("batches are bounded", async () => {
  const { log, ends } = logOf();
  const rows = Array.from({ length: 2_100 }, (_, index) => row(BigInt(index)));
  log.take(
    service,
    rows.map(() => ["a"]),
    rows,
    micros(0n),
  );
  await log.flush();
  expect(ends).toEqual(["s kept 1000", "s kept 1000", "s kept 100"]);
});
