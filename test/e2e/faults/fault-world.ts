import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, realpathSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { retrievalResultSchema, type RetrievalPayload } from "@tesela/contract";
import {
  isFinal,
  quoteLiteral,
  TeselaError,
  type BatchFeatureViewDefinition,
  type EpochMicros,
  type TimeRange,
  type Value,
} from "@tesela/core";
import { createWorker, type Worker } from "@tesela/materializer";
import { resultPath, spinePath } from "@tesela/offline-store";
import { OnlineReader, type ServedView } from "@tesela/online-store";
import { createDispatcher, type Dispatcher, type Job, type Put } from "@tesela/registry";
import { createDatabase, dropDatabase } from "@tesela/test/support";
import { pino } from "pino";
import { inject } from "vitest";
import { compiled, resolved, sourceOf, user } from "./definitions.ts";
import { runQuery } from "./duckdb.ts";
import { openParts, type Backend, type Parts } from "./parts.ts";
import type { WorkerConfig } from "./worker-config.ts";

const LEASE_MS = 1_500;
const WAIT_MS = 60_000;
const MAIN = fileURLToPath(new URL("worker-main.ts", import.meta.url));

/** A platform whose workers can be killed: everything but they lives in the process of the test. */
export class FaultWorld implements AsyncDisposable {
  readonly parts: Parts;
  readonly #config: WorkerConfig;
  readonly #root: string;
  readonly #dispatcher: Dispatcher;
  readonly #reader: OnlineReader;
  readonly #workspaceId: number;
  readonly #generations = new Map<string, number>();

  private constructor(root: string, config: WorkerConfig, parts: Parts, workspaceId: number) {
    this.#root = root;
    this.#config = config;
    this.parts = parts;
    this.#dispatcher = createDispatcher(parts);
    this.#reader = new OnlineReader(parts.onlineStore);
    this.#workspaceId = workspaceId;
  }

  static async open(backend: Backend): Promise<FaultWorld> {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "faults-")));
    const config: WorkerConfig = {
      backend,
      databaseUrl: await createDatabase(inject("pgUrl")),
      redisUrl: inject("redisUrl"),
      redisPrefix: `faults-${randomUUID()}`,
      offline: join(root, "offline"),
      sourceRoots: [join(root, "sources")],
      tempRoot: join(root, "temp"),
      leaseMs: LEASE_MS,
      memoryBytes: 512e6,
      threads: 1,
    };
    await mkdir(config.sourceRoots[0]!);
    const parts = await openParts(config);
    const { id } = await parts.registry.workspaces.ensure("prod");
    return new FaultWorld(root, config, parts, id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.parts[Symbol.asyncDispose]();
    await dropDatabase(inject("pgUrl"), this.#config.databaseUrl);
    await rm(this.#root, { recursive: true });
  }

  /** A worker in this process that lives until it is stopped. */
  async startWorker(): Promise<Worker> {
    const worker = createWorker({ ...this.parts, ...this.#config, logger: pino({ level: "silent" }) });
    await worker.start();
    return worker;
  }

  /** A worker in a process of its own that is killed at a failpoint; gives what ended it once it has. */
  async spawnWorker(failpoint: string): Promise<Promise<NodeJS.Signals | null>> {
    const config: WorkerConfig = { ...this.#config, failpoint: `${failpoint}:kill` };
    const child = spawn(process.execPath, [MAIN, JSON.stringify(config)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit").then(([, signal]) => signal as NodeJS.Signals | null);
    await Promise.race([once(child.stdout, "data"), ended]);
    return { then: undefined, ended } as never;
  }
}
