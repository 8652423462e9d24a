import { mkdirSync } from "node:fs";
import { TeselaError, toTeselaError } from "@tesela/core";
import { EngineProcess, type Watch } from "./engine-process.ts";
import type { CheckRequest, CheckResult, RunRequest, RunResult, Task, TaskLimits } from "./protocol.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { Turnstile } from "./turnstile.ts";

/** Where the engine tells of crashes and unknown failures; pino's logger fits. */
export interface EngineLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** The engine's limits. All but the temp root are per task. */
export interface EngineOptions {
  readonly memoryBytes: number;
  readonly threads: number;
  /** An existing or creatable directory, on a disk with room for `tempBytes` per process. */
  readonly tempRoot: string;
  /** Default 20 GiB. */
  readonly tempBytes?: number;
  /** Child processes at most; default 1. */
  readonly size?: number;
  /** Tasks that may wait for a process; default 64. One more is refused with `UNAVAILABLE`. */
  readonly maxWaiting?: number;
  readonly log?: EngineLog;
}

/** How one task is run; its time limit begins when a process takes it up. */
export interface TaskOptions {
  readonly signal?: AbortSignal;
  /** Default 30 s for a check, 1 h for a run. */
  readonly timeMs?: number;
  readonly onProgress?: (percentage: number) => void;
}

/** A pool of caged DuckDB processes. */
export interface Engine extends AsyncDisposable {
  /** Starts one process ahead of the first task. */
  start(): Promise<void>;
  /** Kills all processes; tasks under way fail with `CANCELLED`, later ones with `UNAVAILABLE`. */
  stop(): Promise<void>;
  check(request: CheckRequest, options?: TaskOptions): Promise<CheckResult>;
  run(request: RunRequest, options?: TaskOptions): Promise<RunResult>;
  /** The process ids of the living children, for supervision. */
  processIds(): readonly number[];
}

const defaultTempBytes = 20 * 1024 ** 3;
const checkTimeMs = 30_000;
const runTimeMs = 3_600_000;
const keptVerdicts = 500;

/** Makes an engine; nothing is started before `start` or the first task. */
export function createEngine(options: EngineOptions): Engine {
  return new ProcessPool(options);
}

class ProcessPool implements Engine {
  readonly #options: EngineOptions;
  readonly #turnstile: Turnstile;
  readonly #idle: EngineProcess[] = [];
  readonly #all = new Set<EngineProcess>();
  readonly #stopping = new AbortController();
  readonly #verdicts = new BoundedCache<CheckResult>(keptVerdicts);

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#turnstile = new Turnstile(options.size ?? 1, options.maxWaiting ?? 64);
  }

  async start(): Promise<void> {
    if (this.#all.size === 0) this.#idle.push(this.#spawn());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#all].map((process) => process.stop()));
    this.#all.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** A verdict depends on the request alone, so it is kept: jobs of one view ask the same again and again. */
  async check(request: CheckRequest, options: TaskOptions = {}): Promise<CheckResult> {
    const key = JSON.stringify(request);
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const draft = (limits: TaskLimits): Task => ({ kind: "check", request, limits });
    const verdict = (await this.#perform(draft, {}, { timeMs: checkTimeMs, ...options })) as CheckResult;
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  run(request: RunRequest, options: TaskOptions = {}): Promise<RunResult> {
    const draft = (limits: TaskLimits): Task => ({ kind: "run", request, limits });
    return this.#perform(draft, request, { timeMs: runTimeMs, ...options }) as Promise<RunResult>;
  }

  processIds(): readonly number[] {
    return [...this.#all].filter(({ isAlive }) => isAlive).flatMap(({ pid }) => pid ?? []);
  }

  async #perform(
    draft: (limits: TaskLimits) => Task,
    wanted: Partial<TaskLimits>,
    options: TaskOptions & { readonly timeMs: number },
  ): Promise<CheckResult | RunResult> {
    if (this.#stopping.signal.aborted) throw new TeselaError("UNAVAILABLE", "The engine has been stopped.");
    const signal = AbortSignal.any([this.#stopping.signal, ...(options.signal ? [options.signal] : [])]);
    using _turn = await this.#turnstile.enter(signal);
    if (signal.aborted) throw new TeselaError("CANCELLED", "The task was cancelled before it began.");
    const process = this.#take();
    const watch: Watch = { signal, timeMs: options.timeMs, onProgress: options.onProgress };
    try {
      return await process.execute((tempDirectory) => draft(this.#limits(wanted, tempDirectory)), watch);
    } catch (error) {
      throw this.#logged(toTeselaError(error));
    } finally {
      this.#giveBack(process);
    }
  }

  #limits(wanted: Partial<TaskLimits>, tempDirectory: string): TaskLimits {
    return {
      memoryBytes: wanted.memoryBytes ?? this.#options.memoryBytes,
      tempBytes: wanted.tempBytes ?? this.#options.tempBytes ?? defaultTempBytes,
      threads: wanted.threads ?? this.#options.threads,
      tempDirectory,
    };
  }

  #take(): EngineProcess {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isAlive) return idle;
      this.#discard(idle);
    }
    return this.#spawn();
  }

  #giveBack(process: EngineProcess): void {
    if (process.isAlive) this.#idle.push(process);
    else this.#discard(process);
  }

  #discard(process: EngineProcess): void {
    this.#all.delete(process);
    process[Symbol.dispose]();
  }

  #spawn(): EngineProcess {
    mkdirSync(this.#options.tempRoot, { recursive: true });
    const process = new EngineProcess(this.#options.tempRoot);
    this.#all.add(process);
    return process;
  }

  #logged(error: TeselaError): TeselaError {
    if (error.code === "INTERNAL" || error.code === "ENGINE_CRASHED")
      this.#options.log?.error({ error: error.cause, ...error.details }, error.message);
    return error;
  }
}
