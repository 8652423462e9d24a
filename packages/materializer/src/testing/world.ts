import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openOfflineStore, type OfflineStore } from "@tesela/offline-store";
import { openPostgresStore, openRedisStore, type OnlineStore } from "@tesela/online-store";
import {
  createDispatcher,
  openPostgresQueue,
  openRedisQueue,
  openRegistry,
  type Dispatcher,
  type JobQueue,
  type Registry,
} from "@tesela/registry";
import { createDatabase, dropDatabase } from "@tesela/test/support";
import { pino } from "pino";
import { inject } from "vitest";
import { createWorker, type Worker } from "../worker/worker.ts";

/** Which servers queue and online store stand on. */
export type Backend = "postgres" | "redis";

/** A worker over a registry, a queue and both stores, all of its own. */
export interface World extends AsyncDisposable {
  readonly registry: Registry;
  readonly dispatcher: Dispatcher;
  readonly offlineStore: OfflineStore;
  readonly onlineStore: OnlineStore;
  readonly workspaceId: number;
  /** Where sources lie. */
  readonly sources: string;
  /** Where the offline store lies. */
  readonly stored: string;
}

/** How the workers of a world are made. */
export interface WorldOptions {
  /** 1 unless given. */
  readonly workers?: number;
  /** About how many rows of its sources a part of a big job has. */
  readonly partRows?: number;
}

/** Opens everything and starts the workers. */
export async function openWorld(backend: Backend, options: WorldOptions = {}): Promise<World> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "worker-")));
  const sources = join(root, "sources");
  const stored = join(root, "offline");
  mkdirSync(sources);
  const databaseUrl = await createDatabase(inject("pgUrl"));
  const registry = await openRegistry({ databaseUrl });
  const { queue, onlineStore } = openBackend(backend, databaseUrl);
  const offlineStore = openOfflineStore(stored);
  await Promise.all([queue.start(), onlineStore.start(), offlineStore.start()]);
  const parts = { registry, queue, offlineStore, onlineStore };
  const workers = await startWorkers(parts, sources, join(root, "temp"), options);
  return {
    ...parts,
    sources,
    stored,
    dispatcher: createDispatcher({ registry, queue }),
    workspaceId: (await registry.workspaces.ensure("prod")).id,
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all([queue.stop(), onlineStore.stop(), offlineStore.stop()]);
      await registry.stop();
      await dropDatabase(inject("pgUrl"), databaseUrl);
      await rm(root, { recursive: true });
    },
  };
}

/** Files of the offline store that are neither data nor spines and results of reads. */
export async function temporaryFiles({ stored }: World): Promise<string[]> {
  const all = await readdir(stored, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile() && !/^(spine|result)\.parquet$/.test(entry.name));
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.startsWith(join(stored, "ws")));
}

function openBackend(backend: Backend, url: string): { queue: JobQueue; onlineStore: OnlineStore } {
  if (backend === "postgres") {
    return { queue: openPostgresQueue({ url, schema: "queue" }), onlineStore: openPostgresStore({ url }) };
  }
  const prefix = `worker-${randomUUID()}`;
  const redisUrl = inject("redisUrl");
  return {
    queue: openRedisQueue({ url: redisUrl, prefix: `${prefix}-queue` }),
    onlineStore: openRedisStore({ url: redisUrl, prefix }),
  };
}

async function startWorkers(
  parts: Pick<World, "registry" | "offlineStore" | "onlineStore"> & { readonly queue: JobQueue },
  sources: string,
  tempRoot: string,
  { workers = 1, ...options }: WorldOptions,
): Promise<Worker[]> {
  const made = Array.from({ length: workers }, () =>
    createWorker({
      ...parts,
      ...options,
      sourceRoots: [sources],
      tempRoot,
      logger: pino({ level: "silent" }),
      memoryBytes: 512e6,
      threads: 1,
    }),
  );
  await Promise.all(made.map((worker) => worker.start()));
  return made;
}
