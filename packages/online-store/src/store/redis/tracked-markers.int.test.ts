import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Marker } from "../port.ts";
import { openChannelClient } from "./client.ts";
import { encodeMarker } from "./marker-codec.ts";
import { ReadChannel } from "./read-channel.ts";
import { respOf } from "./resp.ts";
import { TrackedMarkers } from "./tracked-markers.ts";

const url = inject("redisUrl");
const prefix = `tracked-${randomUUID()}`;
const keyOf = (generation: number): string => `${prefix}:${generation}`;
const GENERATION = 7;
const OTHER = 8;
const marker = (commitSeq: bigint): Marker => ({
  commitSeq,
  edge: null,
  retainedFrom: null,
  epoch: "e",
  hidden: 0n,
});

const channel = new ReadChannel(openChannelClient(url));
const tracked = new TrackedMarkers(channel, keyOf);
let writing: Redis;

beforeAll(async () => {
  channel.listen({
    onOpen: () => tracked.begin(),
    onClose: () => tracked.end(),
    onPush: (push) => tracked.hear(push),
  });
  writing = new Redis(url);
  await channel.open();
});
beforeEach(async () => {
  for (const generation of [GENERATION, OTHER]) {
    await writing.set(keyOf(generation), encodeMarker(marker(1n)));
    await expect.poll(() => tracked.markerOf(generation)).toEqual(marker(1n));
  }
});
afterAll(async () => {
  await writing.del(keyOf(GENERATION), keyOf(OTHER));
  writing.disconnect();
  await channel.close();
});

/** A round trip on the channel. */
async function ask(...parts: string[]): Promise<unknown> {
  return new Promise((resolve) => {
    const settle = (replies: readonly unknown[] | null): void => resolve(replies?.[0]);
    channel.send({ commands: respOf(parts), count: 1, settle }, performance.now());
  });
}

test("a marker that is written is forgotten before the reply to any later command; others stay", async () => {
  const other = tracked.markerOf(OTHER);
  await writing.set(keyOf(GENERATION), encodeMarker(marker(2n)));
  expect(await ask("PING")).toBe("PONG");
  expect(tracked.markerOf(GENERATION)).toBeNull();
  expect(tracked.markerOf(OTHER)).toBe(other);
  await expect.poll(() => tracked.markerOf(GENERATION)).toEqual(marker(2n));
});

test("so is one that is removed; what is not there is never known", async () => {
  await writing.del(keyOf(GENERATION));
  await ask("PING");
  expect(tracked.markerOf(GENERATION)).toBeNull();
  await ask("PING");
  expect(tracked.markerOf(GENERATION)).toBeNull();
});

test("a connection that is lost knows nothing, and the next one learns again", async () => {
  const before = tracked.markerOf(GENERATION);
  await writing.client("KILL", "ID", String(await ask("CLIENT", "ID")));
  const learned = (): Marker | null => {
    const marker = tracked.markerOf(GENERATION);
    return marker === before ? null : marker;
  };
  await expect.poll(learned).toEqual(before);
});

test("when all keys are gone no marker is known", () => {
  tracked.hear([Buffer.from("invalidate"), null]);
  expect([tracked.markerOf(GENERATION), tracked.markerOf(OTHER)]).toEqual([null, null]);
});
