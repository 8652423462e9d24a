import { startMiniS3, startRedis } from "@tesela/test/support";
import type { AdapterName } from "./adapters.ts";

/** The servers that platforms stand on. */
export interface Services extends AsyncDisposable {
  readonly adapters: readonly AdapterName[];
  readonly redisUrl: string | null;
  /** An S3 URL with its endpoint, or null where S3 was not asked for. */
  readonly s3Url: string | null;
  /** How each server was found. */
  readonly origins: readonly string[];
}

/**
 * Finds or starts what the adapters need. Without a list it is all that the machine has: Postgres, the local disk,
 * and Redis where there is one. A Redis that was asked for and is not there is an error.
 */
export async function openServices(
  asked: readonly AdapterName[] | null,
  redisUrl: string | null,
): Promise<Services> {
  await using stack = new AsyncDisposableStack();
  const redis = await openRedis(asked, redisUrl, stack);
  const s3Url = asked?.includes("s3") === true ? await openS3(stack) : null;
  const found: readonly AdapterName[] = ["postgres", ...(redis === null ? [] : ["redis" as const]), "local"];
  const kept = stack.move();
  return {
    adapters: asked ?? found,
    redisUrl: redis?.url ?? null,
    s3Url,
    origins: redis === null ? [] : [`redis from ${redis.origin}`],
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function openRedis(
  asked: readonly AdapterName[] | null,
  url: string | null,
  stack: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly origin: string } | null> {
  if (url !== null) return { url, origin: "the caller" };
  if (asked !== null && !asked.includes("redis")) return null;
  try {
    const redis = await startRedis();
    stack.defer(() => redis.stop());
    return redis;
  } catch (error) {
    if (asked !== null) throw error;
    return null;
  }
}

async function openS3(stack: AsyncDisposableStack): Promise<string> {
  const { endpoint } = stack.use(await startMiniS3({ buckets: ["conformance"] }));
  // The server takes any credentials, and the client wants some.
  process.env["AWS_ACCESS_KEY_ID"] ??= "conformance";
  process.env["AWS_SECRET_ACCESS_KEY"] ??= "conformance";
  return `s3://conformance?endpoint=${encodeURIComponent(endpoint)}&forcePathStyle=true`;
}
