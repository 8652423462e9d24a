import { startRedis } from "@tesela/test/support";

/** Starts a Redis, or takes the one that the environment names, for as long as something uses it. */
export async function withRedis<T>(use: (url: string) => Promise<T>): Promise<T> {
  const redis = await startRedis();
  try {
    return await use(redis.url);
  } finally {
    await redis.stop();
  }
}
