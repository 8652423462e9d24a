import {
  checkGeneration,
  checkHidden,
  checkIndexed,
  checkIndexRead,
  checkMarker,
  checkRead,
  checkWrite,
} from "../check.ts";
import type { Deadline } from "../deadline.ts";
import type {
  ChunkAddress,
  ChunkWrite,
  EntityKey,
  GenerationState,
  IndexMember,
  IndexRead,
  IndexRemoval,
  OnlineStore,
  OnlineStoreInfo,
  PushedMarker,
  ReadOptions,
  StoredKind,
  ViewRead,
  ViewReadResult,
} from "../port.ts";
import { openChannelClient, primariesOf, sendAll } from "./client.ts";
import { isClusterUrl } from "./cluster-client.ts";
import { RedisConnection } from "./connection.ts";
import { dropGeneration } from "./drop-generation.ts";
import { IndexStore } from "./index-store.ts";
import { chunkOfField, hashField } from "./keys.ts";
import { KnownReads } from "./known-reads.ts";
import { clusterLayout, singleLayout, type Layout } from "./layout.ts";
import { MarkerStore } from "./marker-store.ts";
import { ReadChannel } from "./read-channel.ts";
import { planReads } from "./read-plan.ts";
import { readWhole } from "./read-values.ts";
import { callOf } from "./script.ts";
import { adviceOn, checkServer, parseServerInfo, sumOf, type ServerInfo } from "./server-info.ts";
import { SeenMarkers } from "./seen-markers.ts";
import { settle } from "./settle.ts";
import { byShard, SINGLE_SHARD } from "./shards.ts";
import { planWrites, type WriteCall } from "./write-plan.ts";

/** Where the Redis is (`redis:`, or of a cluster `redis-cluster:`; with TLS `rediss`), what all keys begin with, and how long one round trip may take. */
export interface RedisStoreOptions {
  readonly url: string;
  /** Default `tesela`. */
  readonly prefix?: string;
  /** Default 2,000. */
  readonly readTimeoutMs?: number;
  /** Of one pipeline of about 1 MB; default 10,000. */
  readonly writeTimeoutMs?: number;
}

/** The online store on Redis 6.2 or newer, a single one or a cluster; connects on `start`. */
export function openRedisStore(options: RedisStoreOptions): OnlineStore {
  return new RedisStore(options);
}

class RedisStore implements OnlineStore {
  readonly kind = "redis";
  readonly #connection: RedisConnection;
  readonly #isCluster: boolean;
  readonly #layout: Layout;
  readonly #markers: MarkerStore;
  /** A cluster is read by scripts alone. */
  readonly #channel: ReadChannel | null;
  readonly #known: KnownReads | null;
  readonly #seen = new SeenMarkers();
  readonly #indexes: IndexStore;
  readonly #readTimeoutMs: number;
  readonly #forWriting: { readonly timeoutMs: number };

  constructor({ url, prefix = "tesela", readTimeoutMs = 2_000, writeTimeoutMs = 10_000 }: RedisStoreOptions) {
    this.#isCluster = isClusterUrl(url);
    this.#connection = new RedisConnection(url);
    if (this.#isCluster) {
      this.#layout = clusterLayout(prefix);
      this.#channel = null;
      this.#known = null;
    } else {
      const layout = singleLayout(prefix);
      this.#layout = layout;
      this.#channel = new ReadChannel(openChannelClient(url));
      this.#known = new KnownReads(this.#channel, layout.keys);
    }
    this.#readTimeoutMs = readTimeoutMs;
    this.#forWriting = { timeoutMs: writeTimeoutMs };
    this.#markers = new MarkerStore(this.#connection, this.#layout, this.#forWriting);
    this.#indexes = new IndexStore(this.#connection, this.#layout, this.#forWriting);
  }

  async start(): Promise<void> {
    await this.#connection.connect();
    try {
      for (const info of await this.#serverInfos()) checkServer(info, this.#isCluster);
    } catch (error) {
      await this.#connection.close();
      throw error;
    }
    await this.#channel?.open();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#connection.close(), this.#channel?.close()]);
  }

  async ping(): Promise<void> {
    await this.#connection.run({ timeoutMs: this.#readTimeoutMs }, (client) => client.ping());
  }

  async read(reads: readonly ViewRead[], options: ReadOptions = {}): Promise<readonly ViewReadResult[]> {
    for (const read of reads) checkRead(read);
    if (reads.length === 0) return [];
    const deadline = { timeoutMs: this.#readTimeoutMs, ...options };
    if (this.#known === null) {
      return byShard(reads, this.#layout.keys, (shard, some) => this.#readWhole(shard, some, deadline));
    }
    const began = performance.now();
    const known = await this.#readKnown(this.#known, reads, deadline);
    if (known !== null) return this.#checked(SINGLE_SHARD, reads, known);
    const timeoutMs = Math.max(0, deadline.timeoutMs - (performance.now() - began));
    return this.#readWhole(SINGLE_SHARD, reads, { ...deadline, timeoutMs });
  }

  async #readKnown(
    known: KnownReads,
    reads: readonly ViewRead[],
    deadline: Deadline,
  ): Promise<readonly ViewReadResult[] | null> {
    try {
      return await known.read(reads, deadline);
    } catch (error) {
      throw this.#connection.told(error);
    }
  }

  async #readWhole(
    shard: number,
    reads: readonly ViewRead[],
    deadline: Deadline,
  ): Promise<readonly ViewReadResult[]> {
    const { keys, scripts } = this.#layout;
    const plan = planReads(keys, shard, reads);
    return this.#checked(shard, reads, await readWhole(this.#connection, scripts.read, plan, deadline));
  }

  #checked(
    shard: number,
    reads: readonly ViewRead[],
    results: readonly ViewReadResult[],
  ): readonly ViewReadResult[] {
    const { shardCount } = this.#layout.keys;
    let last: ViewReadResult["marker"] = null;
    for (let at = 0; at < results.length; at++) {
      const { marker } = results[at]!;
      if (at === 0 || marker === null || marker !== last) {
        this.#seen.check(reads[at]!.generation * shardCount + shard, marker);
      }
      last = marker;
    }
    return results;
  }

  async write(
    generation: number,
    kind: StoredKind,
    writes: readonly ChunkWrite[],
  ): Promise<{ refused: number }> {
    checkGeneration(generation);
    for (const write of writes) checkWrite(kind, write);
    let refused = 0;
    for (const calls of planWrites(this.#layout.keys, generation, kind, writes)) {
      refused += await this.#writeCalls(calls);
    }
    return { refused };
  }

  async #writeCalls(calls: readonly WriteCall[]): Promise<number> {
    const { keys, scripts } = this.#layout;
    const commands = calls.map(({ shard, redisKeys, packed }) =>
      callOf(scripts.write, keys.place(shard, []), redisKeys, [packed]),
    );
    const replies = await this.#connection.runScript(scripts.write, this.#forWriting, (client) =>
      sendAll(client, commands),
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
      const redisKey = this.#layout.keys.hash(generation, kind, key);
      if (kind === "tiles") return ["hkeys", redisKey];
      return ["hexists", redisKey, hashField(generation, kind, attributes)];
    });
    const replies = await this.#connection.run(this.#forWriting, (client) => sendAll(client, commands));
    return replies.map((reply) => {
      if (Array.isArray(reply)) return reply.map((field) => chunkOfField(String(field)));
      return reply === 1 ? [attributes] : [];
    });
  }

  async addMembers(generation: number, members: readonly IndexMember[]): Promise<void> {
    checkGeneration(generation);
    for (const { key, latest } of members) checkIndexed(key, latest);
    await this.#indexes.add(generation, members);
  }

  async removeMembers(generation: number, removals: readonly IndexRemoval[]): Promise<void> {
    checkGeneration(generation);
    for (const { key, before } of removals) checkIndexed(key, before);
    await this.#indexes.remove(generation, removals);
  }

  async readMembers(read: IndexRead, options: ReadOptions = {}): Promise<readonly Uint8Array[]> {
    checkIndexRead(read);
    return this.#indexes.read(read, { timeoutMs: this.#readTimeoutMs, ...options });
  }

  async states(generations: readonly number[]): Promise<readonly GenerationState[]> {
    generations.forEach(checkGeneration);
    return generations.length === 0 ? [] : this.#markers.states(generations);
  }

  async writeMarker(generation: number, marker: PushedMarker, history?: string): Promise<boolean> {
    checkGeneration(generation);
    checkMarker(marker);
    return this.#markers.write(generation, marker, history);
  }

  async writeHidden(generation: number, stamp: bigint, history?: string): Promise<boolean> {
    checkGeneration(generation);
    checkHidden(stamp);
    return this.#markers.writeHidden(generation, stamp, history);
  }

  async settle(): Promise<void> {
    await settle(this.#connection, this.#layout.keys, this.#forWriting);
  }

  // Keys need no room made for them: only the argument is checked, as in every adapter.
  async prepareGeneration(generation: number): Promise<void> {
    checkGeneration(generation);
  }

  async dropGeneration(generation: number): Promise<void> {
    checkGeneration(generation);
    await dropGeneration(this.#connection, this.#layout, generation, this.#forWriting);
  }

  async info(): Promise<OnlineStoreInfo> {
    const { version, usedBytes, maxBytes } = sumOf(await this.#serverInfos());
    return {
      version,
      bytes: usedBytes,
      limitBytes: maxBytes,
      advice: adviceOn(await this.#listpackValueBytes()),
    };
  }

  // While a part of a cluster fails over, the others tell.
  async #serverInfos(): Promise<readonly ServerInfo[]> {
    const replies = await this.#connection.run({ timeoutMs: this.#readTimeoutMs }, (client) =>
      fulfilled(primariesOf(client).map((server) => server.info())),
    );
    return replies.map(parseServerInfo);
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

/** What could be had, or why nothing could. */
async function fulfilled<T>(attempts: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.any(attempts).catch((error: AggregateError) => {
    throw error.errors[0];
  });
  const ends = await Promise.allSettled(attempts);
  return ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
}
