import { pathTo, routes, type PathParameters, type RouteName } from "@tesela/contract";
import { micros, type EpochMicros } from "@tesela/core";
import pg from "pg";
import { apply } from "../e2e/faults/apply.ts";
import { balanceOf, spendOf } from "../e2e/faults/definitions.ts";
import { openPlatform, type Platform } from "../e2e/faults/platform.ts";
import type { AppliedView } from "../e2e/faults/reads.ts";
import { startControlPlaneSlot, startWorkerSlot, type ControlPlaneSlot } from "./processes.ts";
import { startRedisSlot, type RedisSlot } from "./redis-slot.ts";
import { FIRST_CLOCK_DAY, SLOTS, type FaultSchedule, type ViewName } from "./schedule.ts";
import type { Slot } from "./slot.ts";
import { dayStart, FIRST_EVENTS, UNCHANGED, type Versions } from "./source-days.ts";

/** A view under faults, and all that its source has ever been. */
export interface FaultedView extends AppliedView {
  readonly sources: Versions[];
}

/** A platform of real processes: two workers, two control planes, and a Redis where it stands on one. */
export interface World extends Platform {
  readonly workers: readonly Slot[];
  readonly controlPlanes: readonly ControlPlaneSlot[];
  readonly redis: RedisSlot | null;
  readonly pool: pg.Pool;
  readonly views: Readonly<Record<ViewName, FaultedView>>;
  /** Calls the first control plane that answers; the answer is `null` where none does. */
  call<N extends RouteName>(name: N, parameters: PathParameters<N>, body?: unknown): Promise<Reply | null>;
}

/** What a control plane answered. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const LEASE_MS = 2_000;
const RETRIES = { maxAttempts: 10, immediateLosses: 5, baseDelayMs: 300, maxDelayMs: 2_000 };
const CALL_MS = 10_000;

/** Starts everything, with the clock at the first day and both views applied. */
export async function openWorld(pgUrl: string, { backend, lives }: FaultSchedule): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const redis = backend === "redis" ? stack.use(await startRedisSlot()) : null;
  const options = { leaseMs: LEASE_MS, retryPolicy: RETRIES, redisUrl: redis?.url ?? "" };
  const platform = stack.use(await openPlatform({ backend, pgUrl, ...options }));
  const { registry, config } = platform;
  await registry.clock.freeze(clockOf(FIRST_CLOCK_DAY));
  const views = {
    spend: { ...(await apply(platform, spendOf("spend"), FIRST_EVENTS)), sources: [UNCHANGED] },
    balance: { ...(await apply(platform, balanceOf("balance"), FIRST_EVENTS)), sources: [UNCHANGED] },
  };
  const { secret } = await registry.apiKeys.create({ name: "faults", role: "admin" });
  const pool = new pg.Pool({ connectionString: config.databaseUrl, max: 2 });
  stack.defer(() => pool.end());
  const workers = await Promise.all(
    SLOTS.map(async (slot) => stack.use(await startWorkerSlot(config, lives[slot]!))),
  );
  const controlPlanes = await Promise.all(
    SLOTS.map(async () => stack.use(await startControlPlaneSlot(config))),
  );
  const kept = stack.move();
  return {
    ...platform,
    workers,
    controlPlanes,
    redis,
    pool,
    views,
    call: callerOf(controlPlanes, secret),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The platform clock at the beginning of a day. */
export function clockOf(day: number): EpochMicros {
  return micros(dayStart(day));
}

function callerOf(controlPlanes: readonly ControlPlaneSlot[], key: string): World["call"] {
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
