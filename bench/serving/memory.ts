import { openRedisStore } from "@tesela/online-store";
import { freePort, startRedisServer } from "@tesela/test/support";
import { Redis } from "ioredis";
import type { WorkResult } from "../harness/work.ts";
import { bytesOf } from "./bytes.ts";
import { fillAttributes, keyOf } from "./fill.ts";
import { attributeView, NOW } from "./views.ts";

const KEYS = 20_000;
/** What the store advises, and what Redis has without being told. */
const SETTINGS = [
  { listpackBytes: 512, bar: 1.3, name: "recommended setting" },
  { listpackBytes: 64, bar: 1.7, name: "Redis as it comes" },
] as const;

/** Memory in Redis of five views of an entity, each on a server of its own, against the packed bytes of the values. */
export async function memory(): Promise<readonly WorkResult[]> {
  const results: WorkResult[] = [];
  for (const features of [5, 20]) {
    for (const setting of SETTINGS) results.push(await memoryOf(features, setting));
  }
  return results;
}

async function memoryOf(
  features: number,
  { listpackBytes, bar, name }: (typeof SETTINGS)[number],
): Promise<WorkResult> {
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  // Redis loads a file of its usual name that some other server has left.
  const server = await startRedisServer(port, { dbfilename: `bench-memory-${port}.rdb` });
  stack.defer(() => server.stop("SIGTERM"));
  const redis = stack.adopt(new Redis(server.url), (client) => client.disconnect());
  await redis.config("SET", "hash-max-listpack-value", listpackBytes);
  const before = await usedBytes(redis);
  const store = openRedisStore({ url: server.url });
  await store.start();
  stack.defer(() => store.stop());
  const views = [];
  for (let at = 0; at < 5; at++) {
    views.push(await fillAttributes(store, attributeView(`view_${at}`, features), 1 + at, KEYS));
  }
  const reads = views.map((served) => ({ served, key: keyOf(0) }));
  const packed = (await bytesOf(store, reads, NOW)).length;
  const perEntity = ((await usedBytes(redis)) - before) / KEYS;
  const [key] = await redis.keys("*}:a");
  const whole = packed + Buffer.byteLength(key!);
  return {
    work: `memory of five views of ${features} features, ${name}, against the packed bytes`,
    ratio: perEntity / packed,
    bar,
    held: perEntity / packed <= bar,
    details: {
      "bytes per entity": perEntity,
      "packed bytes": packed,
      "ratio with the bytes of the key": perEntity / whole,
      "hash-max-listpack-value": listpackBytes,
      note: "Redis spends about 100 bytes on each key, whatever it holds",
    },
  };
}

/** What Redis holds but for the buffers of connections, which are as large as what was last sent. */
async function usedBytes(redis: Redis): Promise<number> {
  const stats = (await redis.call("MEMORY", "STATS")) as readonly unknown[];
  const of = (name: string): number => Number(stats[stats.indexOf(name) + 1]);
  return of("total.allocated") - of("clients.normal");
}
