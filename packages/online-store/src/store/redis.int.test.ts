import { randomBytes } from "node:crypto";

import { inject } from "vitest";

import { openRedisStore } from "./redis/redis-store.ts";
import { onlineStoreSuite } from "./suite.ts";

const prefix = `test-${randomBytes(6).toString("hex")}`;

onlineStoreSuite("Redis", { url: () => inject("redisUrl"), open: (url) => openRedisStore({ url, prefix }) });
