import { TeselaError } from "@tesela/core";
import { Redis } from "ioredis";

import { throwIfCancelled, within, type Deadline } from "../deadline.ts";
import { parseServerUrl, type ServerUrl } from "../server-url.ts";
import { isUnknownScript, reasonOf, redisError } from "./errors.ts";
import type { Script } from "./script.ts";

const CONNECT_TIMEOUT_MS = 1_500;
const SILENT_SOCKET_MS = 10_000;
const MAX_RECONNECT_DELAY_MS = 1_000;

/** One connection to a Redis that fails fast when it is down, and whose errors are ours and tell no secret. */
export class RedisConnection {
  readonly #server: ServerUrl;
  readonly #client: Redis;
  #lastProblem: string | null = null;

  constructor(url: string) {
    this.#server = parseServerUrl("Redis", url, ["redis:", "rediss:"]);
    this.#client = openClient(url);
    this.#client.on("error", (error) => (this.#lastProblem = reasonOf(error)));
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
      throw redisError(problem, this.#server, this.#lastProblem);
    }
  }

  /** Lets what was sent be answered, then closes. */
  async close(): Promise<void> {
    if (this.#client.status === "ready") await this.#client.quit().catch(() => undefined);
    this.#client.disconnect();
  }

  /** Runs commands under a deadline. */
  async run<T>(deadline: Deadline, commands: (client: Redis) => Promise<T>): Promise<T> {
    throwIfCancelled(deadline.signal);
    // The driver would connect by itself; that is for `start`, which also checks the server.
    if (this.#client.status === "wait") throw notStarted();
    try {
      return await within(commands(this.#client), deadline);
    } catch (error) {
      throw redisError(error, this.#server, this.#lastProblem);
    }
  }

  /** Runs commands that call a script by its name, loading it first where the server does not know it. They may run twice. */
  async runScript<T>(
    script: Script,
    deadline: Deadline,
    commands: (client: Redis) => Promise<T>,
  ): Promise<T> {
    return this.run(deadline, async (client) => {
      try {
        return await commands(client);
      } catch (error) {
        if (!isUnknownScript(error)) throw error;
        await client.script("LOAD", script.lua);
        return await commands(client);
      }
    });
  }
}

/** The replies of a pipeline, or its first error. */
export async function pipeline(
  client: Redis,
  commands: readonly (readonly unknown[])[],
): Promise<readonly unknown[]> {
  const replies = await client.pipeline(commands.map((command) => [...command])).exec();
  return (replies ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}

function notStarted(): TeselaError {
  return new TeselaError("UNAVAILABLE", "The online store (Redis) is not started.", {
    fix: "Call start first.",
  });
}

function openClient(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENT_SOCKET_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
    retryStrategy: (times) => Math.min(50 * times, MAX_RECONNECT_DELAY_MS),
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  });
}
