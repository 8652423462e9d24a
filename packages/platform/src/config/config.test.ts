import { TeselaError } from "@tesela/core";
import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import type { Environment } from "./variables.ts";

const databaseUrl = "postgresql://user:hunter2@localhost:5432/tesela";
const redisUrl = "redis://localhost:6379";

function problemsOf(variables: Environment): string[] {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof TeselaError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe("stores and queue", () => {
  test("without Redis both are on Postgres", () => {
    expect(readConfig({ DATABASE_URL: databaseUrl })).toMatchObject({
      onlineStore: "postgres",
      queue: "postgres",
    });
  });

  test("with Redis both are on Redis", () => {
    expect(readConfig({ REDIS_URL: redisUrl })).toMatchObject({ onlineStore: "redis", queue: "redis" });
  });

  test("online features can be in a cluster of their own", () => {
    const onlineRedisUrl = "redis-cluster://one:6379/?node=two:6379";
    expect(readConfig({ ONLINE_REDIS_URL: onlineRedisUrl })).toMatchObject({
      onlineStore: "redis",
      queue: "postgres",
      onlineRedisUrl,
    });
    expect(readConfig({ REDIS_URL: redisUrl, ONLINE_REDIS_URL: onlineRedisUrl })).toMatchObject({
      queue: "redis",
      redisUrl,
    });
    expect(problemsOf({ ONLINE_REDIS_URL: onlineRedisUrl, TESELA_QUEUE: "redis" })).toEqual([
      'TESELA_QUEUE: is "redis" but REDIS_URL is not set',
    ]);
  });

  test("each can be named", () => {
    const config = readConfig({ REDIS_URL: redisUrl, TESELA_QUEUE: "postgres" });
    expect(config).toMatchObject({ onlineStore: "redis", queue: "postgres" });
  });
});

test("the schedule is on, and retries and limits are the defaults, unless told", () => {
  expect(readConfig({})).toMatchObject({ scheduler: "on", retryPolicy: {}, jobLimits: {} });
  const told = {
    TESELA_SCHEDULER: "off",
    TESELA_RETRY_ATTEMPTS: "3",
    TESELA_RETRY_BASE_DELAY: "90s",
    TESELA_JOBS_PER_WORKSPACE: "7",
  };
  expect(readConfig(told)).toMatchObject({
    scheduler: "off",
    retryPolicy: { maxAttempts: 3, baseDelayMs: 90_000 },
    jobLimits: { perWorkspace: 7 },
  });
  expect(problemsOf({ TESELA_RETRY_ATTEMPTS: "11", TESELA_RETRY_MAX_DELAY: "soon" })).toEqual([
    'TESELA_RETRY_ATTEMPTS: "11" is not a whole number from 1 to 10',
    'TESELA_RETRY_MAX_DELAY: "soon" is not a duration such as "5m" or "6h"',
  ]);
});

test("the config is frozen", () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true);
});

test("the public address is one of http", () => {
  expect(readConfig({ TESELA_PUBLIC_URL: "https://features.example.com" })).toMatchObject({
    publicUrl: "https://features.example.com",
  });
  expect(problemsOf({ TESELA_PUBLIC_URL: "features.example.com" })).toHaveLength(1);
});

test("webhooks of alerts are words", () => {
  const alerts = {
    TESELA_ALERT_WEBHOOKS: " https://a.example/x\n prod=https://b.example/y ",
    TESELA_ALERT_LATE_AFTER: "1h",
  };
  expect(readConfig(alerts).alerts).toEqual({
    webhooks: ["https://a.example/x", "prod=https://b.example/y"],
    lateAfterMs: 3_600_000,
  });
  expect(readConfig({}).alerts).toEqual({});
});

test("an empty variable is an unset one", () => {
  expect(readConfig({ REDIS_URL: "", TESELA_PORT: "" })).toMatchObject({ redisUrl: null, port: 8780 });
});

test("sizes are read in powers of 1024", () => {
  expect(readConfig({ TESELA_WORKER_MEMORY: "1.5GB" }).workerMemory).toBe(1_610_612_736);
});

test("source roots are absolute", () => {
  expect(readConfig({ TESELA_SOURCE_ROOTS: "/data:/more" }).sourceRoots).toEqual(["/data", "/more"]);
});

test("one error lists every problem", () => {
  const problems = problemsOf({
    TESELA_PORT: "70000",
    TESELA_LOG_LEVEL: "loud",
    TESELA_QUEUE: "redis",
    TESELA_PROT: "1",
    TESELA_WORKER_MEMORY: "lots",
  });
  expect(problems).toEqual([
    'TESELA_PORT: "70000" is not a whole number from 0 to 65535',
    'TESELA_LOG_LEVEL: "loud" is not one of trace, debug, info, warn, error, fatal, silent',
    'TESELA_WORKER_MEMORY: "lots" is not a size such as "512MB" or "2GB"',
    "TESELA_PROT: is not a variable of this platform",
    'TESELA_QUEUE: is "redis" but REDIS_URL is not set',
  ]);
});

test("a problem does not print the secret in a URL", () => {
  expect(problemsOf({ DATABASE_URL: "mysql://user:hunter2@localhost/x" })).toEqual([
    "DATABASE_URL: its value is not a URL that begins with postgres:// or postgresql://",
  ]);
});

test("variables of other programs are none of ours", () => {
  expect(problemsOf({ PATH: "/bin", TEST_DATABASE_URL: "x" })).toEqual([]);
});
