import { delimiter, resolve } from "node:path";
import { tryParseDuration } from "@tesela/core";
import { z } from "zod";
import { parseBytes } from "./bytes.ts";

/** Variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What every variable means once it is read. */
export type ParsedEnvironment = z.infer<typeof environment>;

const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `is not a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
  });

const backend = z.enum(["postgres", "redis"], { message: 'is neither "postgres" nor "redis"' });

const count = (least: number, most: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      message: `is not a whole number from ${least} to ${most}`,
    })
    .transform(Number);

const directories = z
  .string()
  .transform((text) => text.split(delimiter).filter((path) => path !== ""))
  .refine((paths) => paths.length > 0, { message: "names no directory" })
  .transform((paths) => paths.map((path) => resolve(path)));

const bytes = z
  .string()
  .refine((text) => parseBytes(text) !== null, { message: 'is not a size such as "512MB" or "2GB"' })
  .transform((text) => parseBytes(text) ?? 0);

/** Milliseconds. */
const span = z
  .string()
  .refine((text) => (tryParseDuration(text) ?? -1n) >= 0n, {
    message: 'is not a duration such as "5m" or "6h"',
  })
  .transform((text) => Number(tryParseDuration(text) ?? 0n) / 1_000);

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, {
  message: "is not a name: letters, digits, - and _, at most 63 characters",
});

const words = z.string().transform((text) => text.split(/\s+/).filter((word) => word !== ""));

const flag = z
  .enum(["0", "1", "false", "true"], { message: 'is neither "1" nor "0"' })
  .transform((text) => text === "1" || text === "true");

/** The one place that spells the variables of the environment. */
export const environment = z.object({
  DATABASE_URL: url("postgres:", "postgresql:").optional(),
  REDIS_URL: url("redis:", "rediss:").optional(),
  ONLINE_REDIS_URL: url("redis:", "rediss:", "redis-cluster:", "rediss-cluster:").optional(),
  OFFLINE_STORE_URL: url("file:", "s3:").optional(),
  TESELA_REDIS_PREFIX: name.default("tesela"),
  TESELA_ONLINE_STORE: backend.optional(),
  TESELA_QUEUE: backend.optional(),
  TESELA_SOURCE_ROOTS: directories.optional(),
  TESELA_TEMP_ROOT: z
    .string()
    .transform((path) => resolve(path))
    .optional(),
  TESELA_HOST: z.string().default("127.0.0.1"),
  TESELA_PORT: count(0, 65_535).default(8780),
  TESELA_URL: url("http:", "https:").optional(),
  TESELA_API_KEY: z.string().optional(),
  TESELA_PUBLIC_URL: url("http:", "https:").optional(),
  TESELA_WORKSPACE: name.default("default"),
  TESELA_LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      message: "is not one of trace, debug, info, warn, error, fatal, silent",
    })
    .optional(),
  TESELA_DIR: z.string().default(".tesela"),
  TESELA_WORKER_ID: name.optional(),
  TESELA_WORKER_MEMORY: bytes.optional(),
  TESELA_WORKER_THREADS: count(1, 1024).optional(),
  TESELA_SCHEDULER: z.enum(["on", "off"], { message: 'is neither "on" nor "off"' }).default("on"),
  TESELA_SNAPSHOT_RETENTION: span.optional(),
  TESELA_CLEANUP_GRACE: span.optional(),
  TESELA_SERVED_LOG_RETENTION: span.optional(),
  TESELA_RETRY_ATTEMPTS: count(1, 10).optional(),
  TESELA_RETRY_IMMEDIATE_LOSSES: count(0, 10).optional(),
  TESELA_RETRY_BASE_DELAY: span.optional(),
  TESELA_RETRY_MAX_DELAY: span.optional(),
  TESELA_JOBS_PER_VIEW: count(1, 1_000).optional(),
  TESELA_JOBS_PER_WORKSPACE: count(1, 100_000).optional(),
  TESELA_ALERT_WEBHOOKS: words.optional(),
  TESELA_ALERT_SECRET: z.string().optional(),
  TESELA_ALERT_ALLOWED: words.optional(),
  TESELA_ALERT_HTTP_HOSTS: words.optional(),
  TESELA_ALERT_LATE_AFTER: span.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url("http:", "https:").optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  TESELA_DEBUG: flag.default(false),
});
