import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded, type EmbeddedOptions, type EmbeddedPlatform } from "@tesela/platform";
import type { Workspace } from "@tesela/sdk";
import { createDatabase } from "@tesela/test/support";
import { inject } from "vitest";

/** What a test says of its platform: where queue and online features are, PostgreSQL unless told, and all else. */
export interface TestPlatformOptions extends Omit<EmbeddedOptions, "dir" | "databaseUrl" | "redisUrl"> {
  readonly backend?: "postgres" | "redis";
}

/** A platform of a test's own: with a database, names on Redis and a folder that nobody else has. */
export interface TestPlatform {
  /** Where its sources may lie. */
  readonly directory: string;
  readonly platform: EmbeddedPlatform;
  /** The workspace `default`. */
  readonly workspace: Workspace;
  /** Ends the platform and removes the folder. */
  readonly stop: () => Promise<void>;
}

/** Starts it on the servers of the test run. */
export async function startTestPlatform({
  backend = "postgres",
  ...options
}: TestPlatformOptions): Promise<TestPlatform> {
  const directory = await mkdtemp(join(tmpdir(), "tesela-test-"));
  const platform = await startEmbedded({
    sourceRoots: [directory],
    redisPrefix: `test-${randomUUID()}`,
    logLevel: "silent",
    ...options,
    dir: join(directory, "platform"),
    databaseUrl: await createDatabase(inject("pgUrl")),
    ...(backend === "redis" ? { redisUrl: inject("redisUrl") } : {}),
  });
  return {
    directory,
    platform,
    workspace: platform.client.getWorkspace("default"),
    async stop() {
      await platform.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
