import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { canUseApt, installWithApt } from "./apt.ts";
import { killAtExit, stopChild, untilPrints } from "./child.ts";
import { fromDocker } from "./docker.ts";
import { freePort, fromEnvironment } from "./service.ts";
import type { Service } from "./service.ts";

const flags = ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"];

const inDocker = {
  image: "redis:7-alpine",
  port: 6379,
  environment: {},
  command: ["redis-server", ...flags],
  url: (hostAndPort: string) => `redis://${hostAndPort}`,
};

const advice =
  "no Redis for the tests: found no TEST_REDIS_URL, no Docker, and neither redis-server nor valkey-server on PATH. " +
  "Set TEST_REDIS_URL, start Docker, or install it: apt-get install redis-server | brew install redis";

function binaryOnPath(): string | undefined {
  const candidates = ["redis-server", "valkey-server"];
  return candidates.find((name) => spawnSync(name, ["--version"]).status === 0);
}

function findBinary(): string {
  const found = binaryOnPath();
  if (found) return found;
  if (canUseApt()) installWithApt("redis-server");
  const installed = binaryOnPath();
  if (!installed) throw new Error(advice);
  return installed;
}

/** A Redis server of this machine. */
export interface RedisServer {
  readonly url: string;
  stop(signal: NodeJS.Signals): Promise<void>;
  /** Makes it stand still, as a machine that hangs does. */
  freeze(): void;
  thaw(): void;
}

/**
 * Starts an empty Redis on a port of this machine: one that a test may stop, kill, freeze, and start again. Settings
 * are those of `redis.conf`.
 */
export async function startRedisServer(
  port: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<RedisServer> {
  // A replica writes what it is sent into a file, which the next server would begin with.
  const files = [
    "--dir",
    tmpdir(),
    "--dbfilename",
    `redis-${randomUUID()}.rdb`,
    "--rdb-del-sync-files",
    "yes",
  ];
  const given = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(
    findBinary(),
    ["--port", String(port), "--bind", "127.0.0.1", ...flags, ...files, ...given],
    {
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  killAtExit(child, () => {});
  await untilPrints(child, "Ready to accept connections");
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: (signal) => stopChild(child, signal),
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
  };
}

async function fromBinary(): Promise<Service> {
  const server = await startRedisServer(await freePort());
  return { url: server.url, origin: findBinary(), stop: () => server.stop("SIGTERM") };
}

/** Redis for the tests: TEST_REDIS_URL, else Docker, else a local binary (installed with apt where that is possible). */
export async function startRedis(): Promise<Service> {
  return fromEnvironment("TEST_REDIS_URL") ?? (await fromDocker(inDocker)) ?? fromBinary();
}
