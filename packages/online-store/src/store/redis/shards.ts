import type { ViewRead } from "../port.ts";
import type { RedisKeys } from "./keys.ts";

/** The one shard of a single server. */
export const SINGLE_SHARD = 0;

/** Reads by shard, all shards at once, and puts the answers into the order of the reads. */
export async function byShard<T>(
  reads: readonly ViewRead[],
  keys: RedisKeys,
  readShard: (shard: number, reads: readonly ViewRead[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const places = Map.groupBy(reads.keys(), (place) => keys.shardOf(reads[place]!.key));
  const answers: T[] = [];
  await Promise.all(
    [...places].map(async ([shard, own]) => {
      const found = await readShard(
        shard,
        own.map((place) => reads[place]!),
      );
      for (const [index, place] of own.entries()) answers[place] = found[index]!;
    }),
  );
  return answers;
}
