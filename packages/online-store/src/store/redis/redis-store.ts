import { checkGeneration, checkMarker, checkRead, checkWrite } from "../check.ts";
import type {
  ChunkAddress,
  ChunkWrite,
  EntityKey,
  Marker,
  OnlineStore,
  OnlineStoreInfo,
  ReadOptions,
  StoredKind,
  ViewRead,
  ViewReadResult,
} from "../port.ts";
import { pipeline, RedisConnection } from "./connection.ts";
import { dropGeneration } from "./drop-generation.ts";
import { chunkOfField, hashField, redisKeys, type RedisKeys } from "./keys.ts";
import { encodeMarker } from "./marker-codec.ts";
import { planReads, type ReadReply } from "./read-plan.ts";
import { markerScript, readScript, writeScript } from "./script.ts";
import { adviceOn, checkServer, parseServerInfo, type ServerInfo } from "./server-info.ts";
import { planWrites, type WriteCall } from "./write-plan.ts";

/** Where the Redis is (`redis:` or `rediss:`), what all keys begin with, and how long one round trip may take. */
export interface RedisStoreOptions {
  readonly url: string;
  /** Default `tesela`. */
  readonly prefix?: string;
  /** Default 2,000. */
  readonly readTimeoutMs?: number;
  /** Of one pipeline of about 1 MB; default 10,000. */
  readonly writeTimeoutMs?: number;
}

/** The online store on a single Redis 6.2 or newer; connects on `start`. */
export function openRedisStore(options: RedisStoreOptions): OnlineStore {
  return new RedisStore(options);
}

class RedisStore implements OnlineStore {
  readonly kind = "redis";
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #readTimeoutMs: number;
  readonly #forWriting: { readonly timeoutMs: number };

  constructor({ url, prefix = "tesela", readTimeoutMs = 2_000, writeTimeoutMs = 10_000 }: RedisStoreOptions) {
    this.#keys = redisKeys(prefix);
    this.#connection = new RedisConnection(url);
    this.#readTimeoutMs = readTimeoutMs;
    this.#forWriting = { timeoutMs: writeTimeoutMs };
  }

  async start(): Promise<void> {
    await this.#connection.connect();
    try {
      checkServer(await this.#serverInfo());
    } catch (error) {
      await this.#connection.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#connection.close();
  }

  async ping(): Promise<void> {
    await this.#connection.run({ timeoutMs: this.#readTimeoutMs }, (client) => client.ping());
  }

  async read(reads: readonly ViewRead[], options: ReadOptions = {}): Promise<readonly ViewReadResult[]> {
    reads.forEach(checkRead);
    if (reads.length === 0) return [];
    const plan = planReads(this.#keys, reads);
    const deadline = { timeoutMs: this.#readTimeoutMs, ...options };
    const reply = await this.#connection.runScript(readScript, deadline, (client) =>
      client.callBuffer("EVALSHA", [readScript.sha, plan.keys.length, ...plan.keys, ...plan.args]),
    );
    return plan.resultsOf(reply as ReadReply);
  }

  async write(
    generation: number,
    kind: StoredKind,
    writes: readonly ChunkWrite[],
  ): Promise<{ refused: number }> {
    checkGeneration(generation);
    for (const write of writes) checkWrite(kind, write);
    let refused = 0;
    for (const calls of planWrites(this.#keys, generation, kind, writes)) {
      refused += await this.#writeCalls(calls);
    }
    return { refused };
  }

  async #writeCalls(calls: readonly WriteCall[]): Promise<number> {
    const commands = calls.map((call) => [
      "evalsha",
      writeScript.sha,
      1,
      call.redisKey,
      ...call.fieldsAndValues,
    ]);
    const replies = await this.#connection.runScript(writeScript, this.#forWriting, (client) =>
      pipeline(client, commands),
    );
    return replies.reduce<number>((refused, reply) => refused + Number(reply), 0);
  }

  async listChunks(
    generation: number,
    kind: StoredKind,
    keys: readonly EntityKey[],
  ): Promise<readonly (readonly ChunkAddress[])[]> {
    checkGeneration(generation);
    const attributes = { level: 0, chunk: 0 };
    const commands = keys.map((key) => {
      const redisKey = this.#keys.hash(generation, kind, key);
      if (kind === "tiles") return ["hkeys", redisKey];
      return ["hexists", redisKey, hashField(generation, kind, attributes)];
    });
    const replies = await this.#connection.run(this.#forWriting, (client) => pipeline(client, commands));
    return replies.map((reply) => {
      if (Array.isArray(reply)) return reply.map((field) => chunkOfField(String(field)));
      return reply === 1 ? [attributes] : [];
    });
  }

  async writeMarker(generation: number, marker: Marker): Promise<boolean> {
    checkGeneration(generation);
    checkMarker(marker);
    const reply = await this.#connection.runScript(markerScript, this.#forWriting, (client) =>
      client.evalsha(markerScript.sha, 1, this.#keys.marker(generation), encodeMarker(marker)),
    );
    return reply === 1;
  }

  // Keys need no room made for them: only the argument is checked, as in every adapter.
  async prepareGeneration(generation: number): Promise<void> {
    checkGeneration(generation);
  }

  async dropGeneration(generation: number): Promise<void> {
    checkGeneration(generation);
    await dropGeneration(this.#connection, this.#keys, generation, this.#forWriting);
  }

  async info(): Promise<OnlineStoreInfo> {
    const { version, usedBytes, maxBytes } = await this.#serverInfo();
    return {
      version,
      bytes: usedBytes,
      limitBytes: maxBytes,
      advice: adviceOn(await this.#listpackValueBytes()),
    };
  }

  async #serverInfo(): Promise<ServerInfo> {
    const deadline = { timeoutMs: this.#readTimeoutMs };
    return parseServerInfo(await this.#connection.run(deadline, (client) => client.info()));
  }

  // Hosted Redis often forbids CONFIG: the advice is then left out.
  async #listpackValueBytes(): Promise<number | null> {
    const setting = "hash-max-listpack-value";
    return this.#connection.run({ timeoutMs: this.#readTimeoutMs }, async (client) => {
      const reply = await client.config("GET", setting).catch(() => []);
      const value = Array.isArray(reply) ? Number(reply[1]) : Number.NaN;
      return Number.isInteger(value) ? value : null;
    });
  }
}
