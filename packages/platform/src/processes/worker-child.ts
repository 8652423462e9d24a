import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { TeselaError } from "@tesela/core";
import type { ChildProcess } from "node:child_process";
import type { Logger } from "pino";

/** How a worker process is run; `environment` is all of its environment. */
export interface WorkerChildOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/** A worker process that is started again, ever more slowly, when it ends by itself. */
export interface WorkerChild {
  readonly pid: number | null;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL("../../bin/worker.mjs", import.meta.url));
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;
const STEADY_MS = 60_000;
const STOP_MS = 30_000;

/** Starts a worker process and returns once it takes work. Throws `UNAVAILABLE` when it ends before. */
export async function startWorkerChild(options: WorkerChildOptions): Promise<WorkerChild> {
  const supervisor = new Supervisor(options);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements WorkerChild {
  readonly #options: WorkerChildOptions;
  #child: ChildProcess | null = null;
  #isStopping = false;
  #delay = FIRST_DELAY_MS;
  #restart: NodeJS.Timeout | null = null;

  constructor(options: WorkerChildOptions) {
    this.#options = options;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async start(): Promise<void> {
    const child = this.#fork();
    const ended = once(child, "exit").then(([code, signal]) => {
      throw new TeselaError(
        "UNAVAILABLE",
        `The worker ended (${String(code ?? signal)}) before it took work.`,
        {
          fix: "Its log, on standard error, says why.",
        },
      );
    });
    try {
      await Promise.race([once(child, "message"), ended]);
    } catch (error) {
      await this.stop();
      throw error;
    }
    ended.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const child = this.#child;
    if (child === null) return;
    const exited = once(child, "exit");
    if (child.connected) child.send("stop");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await exited;
    clearTimeout(timer);
  }

  /** A session of its own keeps Ctrl-C from the worker: the platform stops it, in its turn. */
  #fork(): ChildProcess {
    const began = performance.now();
    const child = fork(program, {
      env: { ...this.#options.environment },
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      detached: true,
    });
    this.#child = child;
    child.once("error", (cause) => this.#options.logger.error({ cause }, "the worker could not be started"));
    child.once("exit", (code, signal) => this.#ended(code ?? signal, performance.now() - began));
    return child;
  }

  #ended(reason: number | string | null, lastedMs: number): void {
    this.#child = null;
    if (this.#isStopping) return;
    if (lastedMs > STEADY_MS) this.#delay = FIRST_DELAY_MS;
    this.#options.logger.error({ reason, restartInMs: this.#delay }, "the worker ended and is started again");
    this.#restart = setTimeout(() => void this.#fork(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
  }
}
