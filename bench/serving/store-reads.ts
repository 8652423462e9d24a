import { randomUUID } from "node:crypto";
import { OnlineReader, openRedisStore, type OnlineStore, type ServedView } from "@tesela/online-store";
import { Redis } from "ioredis";
import type { WorkResult } from "../harness/work.ts";
import { bytesOf } from "./bytes.ts";
import { fillAttributes, fillTiles, keyOf } from "./fill.ts";
import { readContest } from "./latency.ts";
import { attributeView, NOW, sketchView, tiledView } from "./views.ts";

const KEYS = 500;
const TILED_KEYS = 50;
/** What a read may take, counted in bare GETs of the same bytes. */
const BARS = { oneView: 1.3, fiveViews: 1.6, tiles: 4 };

interface StoreReads {
  readonly isQuick: boolean;
  readonly store: OnlineStore;
  readonly redis: Redis;
}

/** Reads of the online store on Redis, each against bare ioredis GETs of the same bytes. */
export async function storeReads(url: string, isQuick: boolean): Promise<readonly WorkResult[]> {
  const store = openRedisStore({ url, prefix: `bench-${randomUUID()}` });
  const redis = new Redis(url);
  await store.start();
  try {
    const reads = { isQuick, store, redis };
    const one = await fillAttributes(store, attributeView("one", 20), 1, KEYS);
    const five = [];
    for (let at = 0; at < 5; at++) {
      five.push(await fillAttributes(store, attributeView(`five_${at}`, 5), 10 + at, KEYS));
    }
    const tiled = await fillTiles(store, tiledView(), 20, TILED_KEYS);
    const sketched = await fillTiles(store, sketchView(), 21, TILED_KEYS);
    return [
      await against(reads, "one view of 20 attributes", BARS.oneView, [one], KEYS),
      await against(reads, "five views of 5 attributes, one key", BARS.fiveViews, five, KEYS),
      await against(reads, "windows of 1 h, 1 d, 30 d, 10 aggregates", BARS.tiles, [tiled], TILED_KEYS),
      await against(reads, "the same windows of distinct counts", null, [sketched], TILED_KEYS),
    ];
  } finally {
    redis.disconnect();
    await store.stop();
  }
}

/** The bytes that the store's reader gets of each key are what the bare side reads of one string. */
async function against(
  { isQuick, store, redis }: StoreReads,
  what: string,
  bar: number | null,
  views: readonly ServedView[],
  keys: number,
): Promise<WorkResult> {
  const reader = new OnlineReader(store);
  const asks = Array.from({ length: keys }, (_, index) =>
    views.map((served) => ({ served, key: keyOf(index) })),
  );
  const bare = asks.map((_, index) => `bare:${what}:${index}`);
  let bytes = 0;
  for (const [index, ask] of asks.entries()) {
    const packed = await bytesOf(store, ask, NOW);
    bytes += packed.length;
    await redis.set(bare[index]!, packed);
  }
  return readContest({
    work: `store: ${what}, p50 against a GET of the same ${Math.round(bytes / keys)} bytes`,
    bar,
    isQuick,
    ours: (read) => reader.readAll(asks[read % keys]!, NOW),
    theirs: (read) => redis.getBuffer(bare[read % keys]!),
  });
}
