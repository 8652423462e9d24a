import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { freePort } from "@tesela/test/support";
import type { WorkerConfig } from "../e2e/faults/worker-config.ts";
import { startSlot, type Slot } from "./slot.ts";

const WORKER = fileURLToPath(new URL("../e2e/faults/worker-main.ts", import.meta.url));
const TESELA = fileURLToPath(new URL("../../packages/platform/bin/tesela.mjs", import.meta.url));

/** Starts a worker that dies or stands still at a failpoint in each of its first lives. */
export function startWorkerSlot(config: WorkerConfig, failpoints: readonly string[]): Promise<Slot> {
  return startSlot((life) => {
    const failpoint = failpoints[life] ?? "";
    return spawnNode([WORKER, JSON.stringify({ ...config, failpoint })], process.env);
  });
}

/** A control plane that makes due jobs, sweeps and keeps house, and where it answers. */
export interface ControlPlaneSlot extends Slot {
  readonly url: string;
}

/** Starts one, as `tesela server` does. */
export async function startControlPlaneSlot(config: WorkerConfig): Promise<ControlPlaneSlot> {
  const port = await freePort();
  const role = ["server", "--role", "control-plane", "--port", String(port)];
  const slot = await startSlot(() => spawnNode([TESELA, ...role], environmentOf(config)));
  return Object.assign(slot, { url: `http://127.0.0.1:${port}` });
}

function spawnNode(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
}

function environmentOf(config: WorkerConfig): NodeJS.ProcessEnv {
  const { maxAttempts, immediateLosses, baseDelayMs, maxDelayMs } = config.retryPolicy ?? {};
  return {
    PATH: process.env["PATH"],
    TZ: "UTC",
    DATABASE_URL: config.databaseUrl,
    OFFLINE_STORE_URL: pathToFileURL(config.offline).href,
    TESELA_REDIS_PREFIX: config.redisPrefix,
    ...(config.backend === "redis" ? { REDIS_URL: config.redisUrl } : {}),
    TESELA_SOURCE_ROOTS: config.sourceRoots.join(":"),
    TESELA_DIR: config.root,
    TESELA_LOG_LEVEL: "silent",
    TESELA_RETRY_ATTEMPTS: String(maxAttempts),
    TESELA_RETRY_IMMEDIATE_LOSSES: String(immediateLosses),
    TESELA_RETRY_BASE_DELAY: `${baseDelayMs}ms`,
    TESELA_RETRY_MAX_DELAY: `${maxDelayMs}ms`,
  };
}
