import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { getCompileCacheDir } from "node:module";
import { dirname, join } from "node:path";
import { TeselaError } from "@tesela/core";
import { toEngineError } from "./errors.ts";
import type { CheckResult, FromChild, RunResult, Task, TaskFailure, ToChild } from "./protocol.ts";

const graceMs = 1_000;
const keptStderrCharacters = 8_192;
// Sits beside this file, with the extension that this file has: source or built.
const childFile = new URL(import.meta.url.replace(/engine-process(?=\.[jt]s$)/, "child"));

/** How one task is watched. */
export interface Watch {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((percentage: number) => void) | undefined;
  readonly timeMs: number;
}

/** Nothing secret: each running query holds a libuv thread, and what this process keeps compiled helps its children. */
function environment(): Record<string, string> {
  const compiled = getCompileCacheDir();
  // It has a folder for each version of Node, which Node adds by itself.
  return {
    UV_THREADPOOL_SIZE: "16",
    ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) }),
  };
}

/** A task whose temp directory is yet to be made. */
export type TaskDraft = (tempDirectory: string) => Task;

/**
 * One child process: started with next to no environment, no file descriptors but the message channel and a
 * bounded stderr, and a private working directory. It runs one task at a time; once it has died it stays dead.
 */
export class EngineProcess implements Disposable {
  readonly #directory: string;
  readonly #child: ChildProcess;
  #isDoomed = false;
  #stderr = "";
  #taskCount = 0;

  constructor(tempRoot: string) {
    this.#directory = mkdtempSync(join(tempRoot, "engine-"));
    this.#child = fork(childFile, [], {
      env: environment(),
      cwd: this.#directory,
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptStderrCharacters);
    });
    this.#child.on("error", () => this.kill());
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return !this.#isDoomed && !this.#hasExited && this.#child.connected;
  }

  get #hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill(): void {
    this.#isDoomed = true;
    this.#child.kill("SIGKILL");
  }

  /** Kills the process and removes its directory. */
  async stop(): Promise<void> {
    if (!this.#hasExited && this.pid !== undefined) {
      this.kill();
      await once(this.#child, "exit");
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /**
   * Runs one task. Throws what DuckDB's failure maps to, `CANCELLED`, `TIMEOUT`, or `ENGINE_CRASHED` if the
   * process died under it. A task that does not heed its cancellation within a second takes the process along.
   */
  async execute(draft: TaskDraft, watch: Watch): Promise<CheckResult | RunResult> {
    const id = ++this.#taskCount;
    const tempDirectory = join(this.#directory, `task-${id}`);
    await mkdir(tempDirectory, { mode: 0o700 });
    try {
      return await this.#converse(id, draft(tempDirectory), watch);
    } finally {
      await rm(tempDirectory, { recursive: true, force: true });
    }
  }

  #converse(id: number, task: Task, watch: Watch): Promise<CheckResult | RunResult> {
    return new Promise((resolve, reject) => {
      let stopped: TeselaError | null = null;
      let graceTimer: NodeJS.Timeout | undefined;
      const child = this.#child;
      const stopFor = (reason: TeselaError) => {
        if (stopped !== null) return;
        stopped = reason;
        this.#send({ kind: "cancel", id });
        graceTimer = setTimeout(() => this.kill(), graceMs);
      };
      const onAbort = () => stopFor(cancelled());
      const timer = setTimeout(() => stopFor(timedOut(watch.timeMs)), watch.timeMs);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        clearTimeout(graceTimer);
        child.off("message", onMessage).off("exit", onExit);
        watch.signal?.removeEventListener("abort", onAbort);
        act();
      };
      const onExit = () => settle(() => reject(stopped ?? this.#crashed()));
      const onMessage = (message: FromChild) => {
        if (message.id !== id) return;
        if (message.kind === "progress") watch.onProgress?.(message.percentage);
        else if (message.kind === "failed") settle(() => reject(stopped ?? this.#failed(message.failure)));
        else settle(() => (stopped === null ? resolve(message.value) : reject(stopped)));
      };
      child.on("message", onMessage).on("exit", onExit);
      watch.signal?.addEventListener("abort", onAbort, { once: true });
      if (watch.signal?.aborted === true) return settle(() => reject(cancelled()));
      if (!this.isAlive) return settle(() => reject(this.#crashed()));
      this.#send({ kind: "task", id, task });
    });
  }

  #failed(failure: TaskFailure): TeselaError {
    if (failure.reason === "memory") this.kill();
    return toEngineError(failure);
  }

  // A channel that closes meanwhile is not an error here: the exit event says all there is to say.
  #send(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #crashed(): TeselaError {
    const { exitCode, signalCode } = this.#child;
    return new TeselaError("ENGINE_CRASHED", "The engine's process died while it worked on this task.", {
      details: { exitCode, signal: signalCode },
      cause: new Error(this.#stderr),
      fix: "Try again; if it happens again, ask for less at once or give the worker more memory.",
    });
  }
}

function cancelled(): TeselaError {
  return new TeselaError("CANCELLED", "The task was cancelled.");
}

function timedOut(timeMs: number): TeselaError {
  return new TeselaError("TIMEOUT", `The task took longer than the ${timeMs} ms it may take.`);
}
