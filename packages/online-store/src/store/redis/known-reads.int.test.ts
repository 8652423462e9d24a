import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { ViewRead } from "../port.ts";
import { emptyMarker, keyOf, noChunk, stampOf, valueOf } from "../suite/fixtures.ts";
import { openRedisStore } from "./redis-store.ts";

const options = { url: inject("redisUrl"), prefix: `known-${randomUUID()}` };
const writing = openRedisStore(options);
const reading = openRedisStore(options);
const GENERATION = 1;
const keys = Array.from({ length: 40 }, (_, index) => keyOf(`user ${index}`));
const reads = keys.map((key): ViewRead => ({
  generation: GENERATION,
  kind: "attributes",
  key,
  chunks: [noChunk],
}));

beforeAll(async () => {
  await writing.start();
  await reading.start();
});
afterAll(async () => {
  await writing.dropGeneration(GENERATION);
  await writing.stop();
  await reading.stop();
});

async function commit(commitSeq: bigint): Promise<void> {
  const value = valueOf(commitSeq, "v");
  await writing.write(
    GENERATION,
    "attributes",
    keys.map((key) => ({ key, chunk: noChunk, value })),
  );
  await writing.writeMarker(GENERATION, { ...emptyMarker, commitSeq });
}

test("TIME T12: once a commit is acknowledged no read of another process answers by an earlier one", async () => {
  for (let seq = 1n; seq <= 100n; seq += 1n) {
    await commit(seq);
    const found = await reading.read(reads);
    expect(found.map(({ marker, values: [value] }) => [marker?.commitSeq, stampOf(value ?? null)])).toEqual(
      keys.map(() => [seq, seq]),
    );
  }
});

test("TIME T12: a batch is under one marker, and no value in it is of an earlier commit than that", async () => {
  await commit(200n);
  const committing = new AbortController();
  const committed = (async () => {
    for (let seq = 201n; seq <= 260n; seq += 1n) await commit(seq);
  })().finally(() => committing.abort());
  while (!committing.signal.aborted) {
    const found = await reading.read(reads);
    const [first] = found;
    for (const { marker, values } of found) {
      expect(marker).toBe(first!.marker);
      const ahead = stampOf(values[0] ?? null) - marker!.commitSeq;
      expect(ahead === 0n || ahead === 1n).toBe(true);
    }
  }
  await committed;
});
