import { TeselaError } from "@tesela/core";

import { throwIfCancelled, within, type Deadline } from "../deadline.ts";
import { parseServerUrl, type ServerUrl } from "../server-url.ts";
import { CONNECT_TIMEOUT_MS } from "./client-settings.ts";
import { openClient, primariesOf, REDIS_PROTOCOLS, type RedisClient } from "./client.ts";
import { seedProblem } from "./cluster-client.ts";
import { isUnknownScript, reasonOf, redisError } from "./errors.ts";
import type { Script } from "./script.ts";

/** How often a script is loaded for one run of commands. */
const MOST_LOADS = 3;

/** One connection to a Redis, or to a cluster of them, that fails fast when it is down, and whose errors are ours and tell no secret. */
export class RedisConnection {
  readonly #server: ServerUrl;
  readonly #client: RedisClient;
  #lastProblem: string | null = null;

  constructor(url: string) {
    this.#server = parseServerUrl("Redis", url, REDIS_PROTOCOLS);
    this.#client = openClient(this.#server);
    this.#client.on("error", (error) => (this.#lastProblem = reasonOf(error)));
    this.#client.on("node error", (error) => this.#noteOfNode(error));
    this.#client.on("ready", () => (this.#lastProblem = null));
  }

  /** Connects, or leaves nothing behind. */
  async connect(): Promise<void> {
    if (this.#client.status === "ready") return;
    try {
      await within(this.#client.connect(), { timeoutMs: CONNECT_TIMEOUT_MS + 250 });
    } catch (error) {
      this.#client.disconnect();
      const problem = error instanceof TeselaError ? new Error("connect timed out") : error;
      throw redisError(problem, this.#server, (await seedProblem(this.#server)) ?? this.#lastProblem);
    }
  }

  /** While a cluster is connected to, one of its nodes tells more than the driver. */
  #noteOfNode(error: unknown): void {
    if (this.#client.status !== "ready") this.#lastProblem = reasonOf(error);
  }

  /** Lets what was sent be answered, then closes. */
  async close(): Promise<void> {
    if (this.#client.status === "ready") await this.#client.quit().catch(() => undefined);
    this.#client.disconnect();
  }

  /** Runs commands under a deadline. */
  async run<T>(deadline: Deadline, commands: (client: RedisClient) => Promise<T>): Promise<T> {
    throwIfCancelled(deadline.signal);
    // The driver would connect by itself; that is for `start`, which also checks the server.
    if (this.#client.status === "wait") throw notStarted();
    try {
      return await within(commands(this.#client), deadline);
    } catch (error) {
      throw this.told(error);
    }
  }

  /** An error of the server or the driver as one of ours. */
  told(error: unknown): TeselaError {
    return redisError(error, this.#server, this.#lastProblem);
  }

  /**
   * Runs commands that call a script by its name, loading it first where a server does not know it: more than once where
   * one of a cluster has not been reached yet. They may run as often.
   */
  async runScript<T>(
    script: Script,
    deadline: Deadline,
    commands: (client: RedisClient) => Promise<T>,
  ): Promise<T> {
    return this.run(deadline, async (client) => {
      for (let loads = 0; ; loads++) {
        try {
          return await commands(client);
        } catch (error) {
          if (!isUnknownScript(error) || loads === MOST_LOADS) throw error;
          await Promise.allSettled(primariesOf(client).map((server) => server.script("LOAD", script.lua)));
        }
      }
    });
  }
}

function notStarted(): TeselaError {
  return new TeselaError("UNAVAILABLE", "The online store (Redis) is not started.", {
    fix: "Call start first.",
  });
}
