import type { RetryPolicy } from "@tesela/core";
import { openOfflineStore, type OfflineStore } from "@tesela/offline-store";
import { openPostgresStore, openRedisStore, type OnlineStore } from "@tesela/online-store";
import {
  openPostgresQueue,
  openRedisQueue,
  openRegistry,
  type JobQueue,
  type Registry,
} from "@tesela/registry";

/** Which servers queue and online store stand on. */
export type Backend = "postgres" | "redis";

/** Where the parts of one platform are: the same for every process. */
export interface PartsAddress {
  readonly backend: Backend;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly offline: string;
  /** How jobs are tried again; what is left out is the default. */
  readonly retryPolicy?: Partial<RetryPolicy>;
}

/** What the processes of a platform share, started. */
export interface Parts extends AsyncDisposable {
  readonly registry: Registry;
  readonly queue: JobQueue;
  readonly offlineStore: OfflineStore;
  readonly onlineStore: OnlineStore;
}

/** Opens and starts the parts. */
export async function openParts(address: PartsAddress): Promise<Parts> {
  const { databaseUrl, retryPolicy = {} } = address;
  const registry = await openRegistry({ databaseUrl, poolSize: 5, retryPolicy });
  const offlineStore = openOfflineStore(address.offline);
  const { queue, onlineStore } = openBackend(address);
  const started = [offlineStore, onlineStore, queue];
  await Promise.all(started.map((part) => part.start()));
  return {
    registry,
    queue,
    offlineStore,
    onlineStore,
    async [Symbol.asyncDispose]() {
      await queue.stop();
      await Promise.all([onlineStore.stop(), offlineStore.stop()]);
      await registry.stop();
    },
  };
}

function openBackend({ backend, databaseUrl, redisUrl, redisPrefix }: PartsAddress): {
  queue: JobQueue;
  onlineStore: OnlineStore;
} {
  if (backend === "postgres") {
    return {
      queue: openPostgresQueue({ url: databaseUrl, schema: "tesela_queue" }),
      onlineStore: openPostgresStore({ url: databaseUrl }),
    };
  }
  return {
    queue: openRedisQueue({ url: redisUrl, prefix: `${redisPrefix}-queue` }),
    onlineStore: openRedisStore({ url: redisUrl, prefix: redisPrefix }),
  };
}
