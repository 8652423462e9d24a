import type { WorkResult } from "../harness/work.ts";
import { withRedis } from "../materialization/redis.ts";
import { httpReads } from "./http/http-reads.ts";
import { memory } from "./memory.ts";
import { postgresReads } from "./postgres-reads.ts";
import { storeReads } from "./store-reads.ts";
import { writes } from "./write.ts";

/** Online serving: reads of the stores, reads over HTTP, writes and memory, each against its bare equivalent. */
export async function serving({ quick }: { readonly quick: boolean }): Promise<readonly WorkResult[]> {
  return withRedis(async (redisUrl) => [
    ...(await storeReads(redisUrl, quick)),
    ...(await httpReads(redisUrl, quick)),
    ...(await writes(redisUrl, quick)),
    ...(await memory()),
    await postgresReads(quick),
  ]);
}
