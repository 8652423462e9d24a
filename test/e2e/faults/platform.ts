import { randomUUID } from "node:crypto";
import { mkdtempSync, realpathSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDispatcher, type Dispatcher } from "@tesela/registry";
import { createDatabase, dropDatabase } from "@tesela/test/support";
import { openParts, type Backend, type Parts } from "./parts.ts";
import type { WorkerConfig } from "./worker-config.ts";

/** A platform of its own, whose processes others start. */
export interface Platform extends Parts {
  readonly config: WorkerConfig;
  readonly workspaceId: number;
  readonly dispatcher: Dispatcher;
}

/** Which servers a platform stands on, and what differs from how its workers are started otherwise. */
export interface PlatformOptions extends Partial<Pick<WorkerConfig, "leaseMs" | "retryPolicy">> {
  readonly backend: Backend;
  /** A server on which it makes a database of its own. */
  readonly pgUrl: string;
  readonly redisUrl: string;
  /** Where its folder is made; among the temporary files unless given. */
  readonly directory?: string;
}

/** Short, so that a lost worker is noticed soon. */
const LEASE_MS = 1_500;

/** Opens a platform with its workspace `prod`; disposing of it leaves nothing. */
export async function openPlatform({
  pgUrl,
  directory = tmpdir(),
  ...options
}: PlatformOptions): Promise<Platform> {
  const config = configIn(
    realpathSync(mkdtempSync(join(directory, "faults-"))),
    await createDatabase(pgUrl),
    options,
  );
  await mkdir(config.sourceRoots[0]!);
  const parts = await openParts(config);
  return {
    ...parts,
    config,
    workspaceId: (await parts.registry.workspaces.ensure("prod")).id,
    dispatcher: createDispatcher(parts),
    async [Symbol.asyncDispose]() {
      await parts[Symbol.asyncDispose]();
      await dropDatabase(pgUrl, config.databaseUrl);
      await rm(config.root, { recursive: true });
    },
  };
}

function configIn(
  root: string,
  databaseUrl: string,
  options: Omit<PlatformOptions, "pgUrl" | "directory">,
): WorkerConfig {
  return {
    root,
    databaseUrl,
    redisPrefix: `faults-${randomUUID()}`,
    offline: join(root, "offline"),
    sourceRoots: [join(root, "sources")],
    tempRoot: join(root, "temp"),
    leaseMs: LEASE_MS,
    memoryBytes: 512e6,
    threads: 1,
    ...options,
  };
}
