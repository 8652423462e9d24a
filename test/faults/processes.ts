import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { once } from "node:events";
import { COMPILED, freePort } from "@tesela/test/support";
import type { WorkerConfig } from "../e2e/faults/worker-config.ts";
import { startSlot, type Slot } from "./slot.ts";

const WORKER = fileURLToPath(new URL("../e2e/faults/worker-main.ts", import.meta.url));
const TESELA = fileURLToPath(new URL("../../packages/platform/bin/tesela.mjs", import.meta.url));

/** A worker whose lives can be told where to end. */
export interface WorkerSlot extends Slot {
  /** Has it die or stand still at a failpoint in this life, and in each of its next ones; later ones have none. */
  arm(failpoints: readonly string[]): void;
}

/** Starts a worker, without a failpoint. */
export async function startWorkerSlot(config: WorkerConfig): Promise<WorkerSlot> {
  let next: readonly string[] = [];
  const slot = await startSlot(() => {
    const [failpoint = "", ...later] = next;
    next = later;
    return spawnNode([WORKER, JSON.stringify(config), failpoint], { ...process.env, ...COMPILED }, ["ipc"]);
  });
  return Object.assign(slot, {
    arm([now = "", ...later]: readonly string[]) {
      next = later;
      slot.tell(now);
    },
  });
}

/** A control plane that makes due jobs, sweeps and keeps house, and where it answers. */
export interface ControlPlaneSlot extends Slot {
  readonly url: string;
}

/** Starts one, as `tesela server` does, with more environment where it is given. */
export async function startControlPlaneSlot(
  config: WorkerConfig,
  environment: NodeJS.ProcessEnv = {},
): Promise<ControlPlaneSlot> {
  const port = await freePort();
  const role = ["server", "--role", "control-plane", "--port", String(port)];
  const slot = await startSlot(() =>
    spawnNode([TESELA, ...role], { ...environmentOf(config), ...environment }),
  );
  return Object.assign(slot, { url: `http://127.0.0.1:${port}` });
}

/** Compiles what the processes run, once: one that is killed leaves nothing compiled behind. */
export async function compileProcesses(): Promise<void> {
  const imports = ["@tesela/platform", "@tesela/materializer"].map((name) => `import "${name}";`).join("");
  const args = ["--input-type=module", "--eval", imports];
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...COMPILED }, stdio: "ignore" });
  await once(child, "exit");
}

function spawnNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  channel: readonly "ipc"[] = [],
): ChildProcess {
  return spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore", ...channel] });
}

function environmentOf(config: WorkerConfig): NodeJS.ProcessEnv {
  return {
    ...COMPILED,
    PATH: process.env["PATH"],
    TZ: "UTC",
    DATABASE_URL: config.databaseUrl,
    OFFLINE_STORE_URL: pathToFileURL(config.offline).href,
    TESELA_REDIS_PREFIX: config.redisPrefix,
    ...(config.backend === "redis" ? { REDIS_URL: config.redisUrl } : {}),
    TESELA_SOURCE_ROOTS: config.sourceRoots.join(":"),
    TESELA_DIR: config.root,
    TESELA_LOG_LEVEL: "silent",
    ...retryEnvironment(config.retryPolicy ?? {}),
  };
}

/** What is left out is the default. */
function retryEnvironment(policy: NonNullable<WorkerConfig["retryPolicy"]>): NodeJS.ProcessEnv {
  const { maxAttempts, immediateLosses, baseDelayMs, maxDelayMs } = policy;
  const named = {
    TESELA_RETRY_ATTEMPTS: maxAttempts,
    TESELA_RETRY_IMMEDIATE_LOSSES: immediateLosses,
    TESELA_RETRY_BASE_DELAY: baseDelayMs === undefined ? undefined : `${baseDelayMs}ms`,
    TESELA_RETRY_MAX_DELAY: maxDelayMs === undefined ? undefined : `${maxDelayMs}ms`,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
