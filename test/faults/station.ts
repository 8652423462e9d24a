import { pathTo, routes, type PathParameters, type RouteName } from "@tesela/contract";
import { openPool } from "@tesela/test/support";
import type pg from "pg";
import type { Backend } from "../e2e/faults/parts.ts";
import { openPlatform, type Platform } from "../e2e/faults/platform.ts";
import type { WorkerConfig } from "../e2e/faults/worker-config.ts";
import { mountDisk, type Disk } from "./disk.ts";
import {
  startControlPlaneSlot,
  startWorkerSlot,
  type ControlPlaneSlot,
  type WorkerSlot,
} from "./processes.ts";
import { startRedisSlot, type RedisSlot } from "./redis-slot.ts";
import { SLOTS } from "./schedule.ts";

/** A platform of real processes, on which schedules run one after the other. */
export interface Station extends Platform {
  readonly workers: readonly WorkerSlot[];
  /** Each of them sweeps and makes what is due. */
  readonly controlPlanes: readonly ControlPlaneSlot[];
  /** Where queue and online store are; `null` where Postgres has them. */
  readonly redis: RedisSlot | null;
  /** What its files are on; `null` where this user may mount none. */
  readonly disk: Disk | null;
  /** Connections of the test, which no fault touches. */
  readonly pool: pg.Pool;
  /** Calls the first control plane that answers; the answer is `null` where none does. */
  call<N extends RouteName>(name: N, parameters: PathParameters<N>, body?: unknown): Promise<Reply | null>;
}

/** What a control plane answered. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** By it the connections of the processes are told from those of the test. */
export const FAULTED_CONNECTIONS = "faulted";

const LEASE_MS = 2_000;
const RETRIES = { maxAttempts: 10, immediateLosses: 5, baseDelayMs: 300, maxDelayMs: 2_000 };
const CALL_MS = 10_000;

/** Starts everything, on a database server that is given. */
export async function openStation(pgUrl: string, backend: Backend): Promise<Station> {
  await using stack = new AsyncDisposableStack();
  const redis = backend === "redis" ? stack.use(await startRedisSlot()) : null;
  const disk = await mountDisk();
  if (disk !== null) stack.use(disk);
  const options = { leaseMs: LEASE_MS, retryPolicy: RETRIES, redisUrl: redis?.url ?? "" };
  const directory = disk === null ? {} : { directory: disk.directory };
  const platform = stack.use(await openPlatform({ backend, pgUrl, ...options, ...directory }));
  const config = faultedConfig(platform.config);
  const { secret } = await platform.registry.apiKeys.create({ name: "faults", role: "admin" });
  const pool = openPool(platform.config.databaseUrl, 4);
  stack.defer(() => pool.end());
  const workers = await Promise.all(SLOTS.map(async () => stack.use(await startWorkerSlot(config))));
  const controlPlanes = await Promise.all(
    SLOTS.map(async () => stack.use(await startControlPlaneSlot(config))),
  );
  const kept = stack.move();
  return {
    ...platform,
    workers,
    controlPlanes,
    redis,
    disk,
    pool,
    call: callerOf(controlPlanes, secret),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function faultedConfig(config: WorkerConfig): WorkerConfig {
  const url = new URL(config.databaseUrl);
  url.searchParams.set("application_name", FAULTED_CONNECTIONS);
  return { ...config, databaseUrl: url.href };
}

function callerOf(controlPlanes: readonly ControlPlaneSlot[], key: string): Station["call"] {
  return async (name, parameters, body) => {
    const { method } = routes[name];
    for (const { url } of controlPlanes) {
      try {
        const response = await fetch(`${url}${pathTo(name, parameters)}`, {
          method,
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          ...(method === "get" ? {} : { body: JSON.stringify(body ?? {}) }),
          signal: AbortSignal.timeout(CALL_MS),
        });
        return { status: response.status, body: await response.json() };
      } catch {
        // It is dead: the other one may not be.
      }
    }
    return null;
  };
}
