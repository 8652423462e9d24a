import { randomUUID } from "node:crypto";
import { mkdtempSync, realpathSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWorker } from "@tesela/materializer";
import { createDispatcher, type Dispatcher } from "@tesela/registry";
import { createDatabase, dropDatabase } from "@tesela/test/support";
import { inject } from "vitest";
import { openParts, type Backend, type Parts } from "./parts.ts";
import { silent } from "./silent.ts";
import type { WorkerConfig } from "./worker-config.ts";

/** Short, so that a lost worker is noticed soon. */
const LEASE_MS = 1_500;

/** A platform whose workers can be killed: all but they live in the process of the test. */
export interface FaultWorld extends Parts {
  readonly config: WorkerConfig;
  readonly workspaceId: number;
  readonly dispatcher: Dispatcher;
  /** Starts a worker in this process, which lives until it is disposed of. */
  startWorker(): Promise<AsyncDisposable>;
}

/** Opens a platform of its own, without a worker; on the Redis that all tests share unless another is given. */
export async function openFaultWorld(
  backend: Backend,
  redisUrl: string = inject("redisUrl"),
): Promise<FaultWorld> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "faults-")));
  const config = configIn(root, backend, redisUrl, await createDatabase(inject("pgUrl")));
  await mkdir(config.sourceRoots[0]!);
  const parts = await openParts(config);
  return {
    ...parts,
    config,
    workspaceId: (await parts.registry.workspaces.ensure("prod")).id,
    dispatcher: createDispatcher(parts),
    async startWorker() {
      const worker = createWorker({ ...parts, ...config, logger: silent });
      await worker.start();
      return { [Symbol.asyncDispose]: () => worker.stop() };
    },
    async [Symbol.asyncDispose]() {
      await parts[Symbol.asyncDispose]();
      await dropDatabase(inject("pgUrl"), config.databaseUrl);
      await rm(root, { recursive: true });
    },
  };
}

function configIn(root: string, backend: Backend, redisUrl: string, databaseUrl: string): WorkerConfig {
  return {
    backend,
    databaseUrl,
    redisUrl,
    redisPrefix: `faults-${randomUUID()}`,
    offline: join(root, "offline"),
    sourceRoots: [join(root, "sources")],
    tempRoot: join(root, "temp"),
    leaseMs: LEASE_MS,
    memoryBytes: 512e6,
    threads: 1,
  };
}
