import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import type { Service } from "./service.ts";
import type { TestProject } from "vitest/node";

interface Services {
  readonly postgres: Service;
  readonly redis: Service;
}

interface SharedServices {
  readonly started: Promise<Services>;
  users: number;
}

const slot = Symbol.for("tesela.test.services");
// Each vitest project loads this file anew in the same process; only globalThis is common to them.
const shared = globalThis as typeof globalThis & { [slot]?: SharedServices };

/** Waits for both, and stops the one that started when the other did not. */
async function startBoth(): Promise<Services> {
  const [postgres, redis] = await Promise.allSettled([startPostgres(), startRedis()]);
  if (postgres.status === "fulfilled" && redis.status === "fulfilled") {
    return { postgres: postgres.value, redis: redis.value };
  }
  if (postgres.status === "fulfilled") await postgres.value.stop();
  if (redis.status === "fulfilled") await redis.value.stop();
  const reasons: unknown[] = [];
  for (const result of [postgres, redis]) if (result.status === "rejected") reasons.push(result.reason);
  throw new AggregateError(reasons, `test services: ${reasons.map(String).join("; ")}`);
}

async function start(): Promise<Services> {
  const began = performance.now();
  const services = await startBoth();
  const milliseconds = Math.round(performance.now() - began);
  const origins = `postgres from ${services.postgres.origin}, redis from ${services.redis.origin}`;
  console.log(`services: ${origins}, in ${milliseconds} ms`);
  return services;
}

function acquire(): SharedServices {
  const services = (shared[slot] ??= { started: start(), users: 0 });
  services.users += 1;
  return services;
}

async function release(services: SharedServices): Promise<void> {
  services.users -= 1;
  if (services.users > 0) return;
  delete shared[slot];
  const { postgres, redis } = await services.started;
  await Promise.all([postgres.stop(), redis.stop()]);
}

/** Vitest's global setup: starts the services once per run, whichever projects need them, and stops them at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = acquire();
  const { postgres, redis } = await services.started;
  project.provide("pgUrl", postgres.url);
  project.provide("redisUrl", redis.url);
  project.provide("s3Url", process.env["TEST_S3_URL"] ?? null);
  return () => release(services);
}
