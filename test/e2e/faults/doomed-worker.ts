import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { COMPILED } from "@tesela/test/support";
import type { WorkerConfig } from "./worker-config.ts";

const MAIN = fileURLToPath(new URL("worker-main.ts", import.meta.url));

/** A worker process that dies at a failpoint. */
export interface DoomedWorker extends AsyncDisposable {
  readonly pid: number;
  /** Resolves with what ended it. */
  readonly death: Promise<NodeJS.Signals | null>;
}

/** Starts one and waits until it takes work. */
export async function startDoomedWorker(config: WorkerConfig, failpoint: string): Promise<DoomedWorker> {
  const child = spawn(process.execPath, [MAIN, JSON.stringify(config), `${failpoint}:kill`], {
    env: { ...process.env, ...COMPILED },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const death = once(child, "exit").then(([, signal]) => signal as NodeJS.Signals | null);
  const isReady = await Promise.race([once(child.stdout, "data").then(() => true), death.then(() => false)]);
  if (!isReady) throw new Error("the worker ended before it took work");
  return {
    pid: child.pid!,
    death,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await death;
    },
  };
}
