import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import type { Marker } from "../port.ts";
import { encodeMarker } from "./marker-codec.ts";
import { TrackedMarkers } from "./tracked-markers.ts";

const url = inject("redisUrl");
const key = `tracked-${randomUUID()}`;
const marker = (commitSeq: bigint): Marker => ({ commitSeq, edge: null, retainedFrom: null, epoch: "e" });

let reading: Redis;
let writing: Redis;
let tracked: TrackedMarkers;

beforeAll(async () => {
  reading = new Redis(url, { lazyConnect: true });
  tracked = new TrackedMarkers(reading);
  writing = new Redis(url);
  await reading.connect();
});
beforeEach(async () => {
  await writing.set(key, encodeMarker(marker(1n)));
  await vi.waitFor(() => expect(tracked.markersAt([key])).toEqual([marker(1n)]));
});
afterAll(async () => {
  await writing.del(key);
  reading.disconnect();
  writing.disconnect();
});

test("a marker that is written is forgotten before the reply to any later command", async () => {
  const { version } = tracked;
  await writing.set(key, encodeMarker(marker(2n)));
  await reading.ping();
  expect(tracked.version).toBeGreaterThan(version);
  expect(tracked.markersAt([key])).toBeNull();
  await vi.waitFor(() => expect(tracked.markersAt([key])).toEqual([marker(2n)]));
});

test("so is one that is removed; what is not there is never known", async () => {
  await writing.del(key);
  await reading.ping();
  expect(tracked.markersAt([key])).toBeNull();
  await reading.ping();
  expect(tracked.markersAt([key])).toBeNull();
});

test("a connection that is lost knows nothing, and the next one learns again", async () => {
  const { version } = tracked;
  await writing.client("KILL", "ID", await reading.client("ID"));
  await vi.waitFor(() => expect(tracked.version).toBeGreaterThan(version));
  await vi.waitFor(() => expect(tracked.markersAt([key])).toEqual([marker(1n)]));
});

test("word of the server's is understood wherever it is cut in two", async () => {
  const word = Buffer.from(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n");
  for (let cut = 1; cut < word.indexOf("*"); cut++) {
    const { version } = tracked;
    // The driver's own listener is not asked: it would take the halves for replies.
    const [look] = reading.stream.listeners("data") as ((chunk: Buffer) => void)[];
    look!(word.subarray(0, cut));
    expect(tracked.version).toBe(version);
    look!(word.subarray(cut));
    expect(tracked.version).toBe(version + 1);
  }
});
