import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import type { OnlineStore } from "../store/port.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { openRedisStore } from "../store/redis/redis-store.ts";

/** A store of each kind, not yet started, that shares the server of the test run under names of its own. */
export function testStores(): Readonly<Record<string, () => OnlineStore>> {
  const prefix = `test_${randomBytes(6).toString("hex")}`;
  return {
    Postgres: () => openPostgresStore({ url: inject("pgUrl"), schema: prefix }),
    Redis: () => openRedisStore({ url: inject("redisUrl"), prefix }),
  };
}
