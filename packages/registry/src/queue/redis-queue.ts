import { createRedisBackend, withBackend } from "bullmq";
import type { Log } from "../log.ts";
import { createBullQueue } from "./bull-queue.ts";
import type { JobQueue } from "./port.ts";

/** Where the Redis of the queue is. */
export interface RedisQueueOptions {
  /** `redis://…` */
  readonly url: string;
  /** Before each of its keys; `{tesela}` in braces for a cluster. */
  readonly prefix: string;
  readonly log?: Log;
}

const { Queue, Worker } = withBackend(createRedisBackend);

/** The queue on Redis; connects nothing yet. */
export function openRedisQueue({ url, prefix, log = () => {} }: RedisQueueOptions): JobQueue {
  const connection = { url, connectTimeout: 3_000 };
  const driver = {
    kind: "redis",
    server: "Redis",
    prepare: async () => {},
    openQueue: (name) =>
      new Queue(name, {
        connection: { ...connection, maxRetriesPerRequest: 1 },
        prefix,
        streams: { events: { maxLen: 100 } },
      }),
    openWorker: (name, take, concurrency) => new Worker(name, take, { connection, prefix, concurrency }),
  } as const satisfies Parameters<typeof createBullQueue>[0];
  return createBullQueue(driver, log);
}
