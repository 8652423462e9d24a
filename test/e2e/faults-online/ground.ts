import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createDatabase,
  dropDatabase,
  freePort,
  startRedisServer,
  startTcpProxy,
  type RedisServer,
  type TcpProxy,
} from "@tesela/test/support";

/** A Redis of this machine, and where it listens. */
export type ListeningRedis = RedisServer & { readonly port: number };

/** What the processes of a platform stand on. */
export interface Ground extends AsyncDisposable {
  /** The way to Redis and to Postgres. */
  readonly redis: TcpProxy;
  readonly postgres: TcpProxy;
  /** The Redis that holds online features now. */
  server: ListeningRedis;
  /** Starts another Redis, empty unless it is told otherwise. */
  startServer(settings?: Readonly<Record<string, string>>): Promise<ListeningRedis>;
  /** The database by a way that is never bad. */
  readonly databaseUrl: string;
  /** Where sources lie. */
  readonly root: string;
  /** What every process is told. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How processes reach what they stand on. */
export interface Ways {
  /** Whether by way of the proxies. */
  readonly isProxied: boolean;
  /** Another Redis for online features, reached without a proxy. */
  readonly onlineRedisUrl?: string;
}

/** Starts a Redis and makes a database. */
export async function layGround(pgUrl: string, { isProxied, onlineRedisUrl }: Ways): Promise<Ground> {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), "faults-online-"));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const databaseUrl = await createDatabase(pgUrl);
  stack.defer(() => dropDatabase(pgUrl, databaseUrl));
  const servers = stack.use(new AsyncDisposableStack());
  const startServer: Ground["startServer"] = async (settings) => {
    const port = await freePort();
    const started = await startRedisServer(port, settings);
    servers.defer(() => started.stop("SIGKILL"));
    return { ...started, port };
  };
  const server = await startServer();
  const redis = stack.use(await startTcpProxy(server.port));
  const postgres = stack.use(await startTcpProxy(Number(new URL(databaseUrl).port)));
  const urls = isProxied
    ? [atPort(databaseUrl, postgres.port), atPort(server.url, redis.port)]
    : [databaseUrl, server.url];
  const environment = environmentOf(root, urls[0]!, onlineRedisUrl ?? urls[1]!);
  const kept = stack.move();
  return {
    redis,
    postgres,
    server,
    startServer,
    databaseUrl,
    root,
    environment,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function atPort(url: string, port: number): string {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
}

function environmentOf(root: string, databaseUrl: string, redisUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    ONLINE_REDIS_URL: redisUrl,
    TESELA_REDIS_PREFIX: `faults-${randomUUID()}`,
    OFFLINE_STORE_URL: pathToFileURL(join(root, "offline")).href,
    TESELA_SOURCE_ROOTS: root,
    TESELA_DIR: root,
    TESELA_WORKER_MEMORY: "512MB",
    TESELA_LOG_LEVEL: "error",
    TESELA_RETRY_BASE_DELAY: "500ms",
    TESELA_RETRY_MAX_DELAY: "2s",
  };
}
