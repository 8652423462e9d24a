import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Marker } from "../port.ts";
import { redisKeys } from "./keys.ts";
import { decodeMarker, encodeMarker } from "./marker-codec.ts";
import { openRedisStore } from "./redis-store.ts";

const prefix = `format_${randomBytes(6).toString("hex")}`;
const key = redisKeys(prefix).marker(7);
/** As the first format had it: commit 5, an edge of -1, nothing retained, an epoch of two characters. */
const FIRST = Buffer.from("01000000000000000501ffffffffffffffff0000000000000000c3a97a", "hex");
const marker: Marker = { commitSeq: 5n, edge: -1n, retainedFrom: null, epoch: "éz", hidden: 0n };
const store = openRedisStore({ url: inject("redisUrl"), prefix });
const client = new Redis(inject("redisUrl"));

beforeAll(() => store.start());
afterAll(async () => {
  await client.del(key);
  await client.quit();
  await store.stop();
});

test("a marker is what it was after it was written and read", () => {
  for (const one of [marker, { ...marker, edge: null, retainedFrom: 3n, hidden: 2n ** 63n - 1n }])
    expect(decodeMarker(encodeMarker(one))).toEqual(one);
});

test("a marker of the first format has no hidden keys until some are noted or a push replaces it", async () => {
  const state = async () => (await store.states([7]))[0]!.marker;
  await client.set(key, FIRST);
  expect(await state()).toEqual(marker);
  expect(await store.writeHidden(7, 2n ** 33n)).toBe(true);
  expect(await state()).toEqual({ ...marker, hidden: 2n ** 33n });
  await client.set(key, FIRST);
  expect(await store.writeMarker(7, { ...marker, commitSeq: 4n })).toBe(false);
  expect(await store.writeMarker(7, { ...marker, commitSeq: 6n, epoch: "" })).toBe(true);
  expect(await state()).toEqual({ ...marker, commitSeq: 6n, epoch: "" });
});
