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
import { addressAt, storedKey } from "./address.ts";
import { byteaArray } from "./binary-array.ts";
import { PostgresConnections } from "./connections.ts";
import { PostgresReads } from "./postgres-reads.ts";
import { tablesOf, type Tables } from "./schema.ts";
import { statementsOf, type Statements } from "./statements.ts";
import { createPartition, createTables, dropPartition } from "./tables-setup.ts";
import { indexRange, memberOfRow, memberRow, ordered, removalParameters } from "./index-rows.ts";
import { batchesOf, writeBatches, writeParameters, type StoredRow } from "./write-batches.ts";

/** Which Postgres, the schema that is the store's own, how many connections, and how long one round trip may take. */
export interface PostgresStoreOptions {
  readonly url: string;
  /** Default `tesela_online`. */
  readonly schema?: string;
  /** Default 10. */
  readonly poolSize?: number;
  /** Default 2,000. */
  readonly readTimeoutMs?: number;
  /** Of one batch of about 4 MB, or one change of tables; default 30,000. */
  readonly writeTimeoutMs?: number;
}

/** The online store on PostgreSQL 14 or newer, which `start` connects to and prepares. */
export function openPostgresStore(options: PostgresStoreOptions): OnlineStore {
  return new PostgresStore(options);
}

/** A stored value of the key at a position, counted from 1. */
interface ListedRow {
  readonly position: number;
  readonly level: number;
  readonly chunk: number;
}

class PostgresStore implements OnlineStore {
  readonly kind = "postgres";
  readonly #connections: PostgresConnections;
  readonly #tables: Tables;
  readonly #statements: Statements;
  readonly #reads: PostgresReads;
  readonly #forReading: Deadline;
  readonly #forWriting: Deadline;

  constructor({
    url,
    schema = "tesela_online",
    poolSize = 10,
    readTimeoutMs,
    writeTimeoutMs,
  }: PostgresStoreOptions) {
    this.#tables = tablesOf(schema);
    this.#statements = statementsOf(this.#tables);
    this.#connections = new PostgresConnections(url, poolSize);
    this.#reads = new PostgresReads(this.#connections, this.#tables);
    this.#forReading = { timeoutMs: readTimeoutMs ?? 2_000 };
    this.#forWriting = { timeoutMs: writeTimeoutMs ?? 30_000 };
  }

  async start(): Promise<void> {
    this.#connections.open();
    try {
      await createTables(this.#connections, this.#tables, this.#forWriting);
    } catch (error) {
      await this.#connections.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#connections.close();
  }

  async ping(): Promise<void> {
    await this.#connections.run(this.#forReading, { name: "tesela_ping", text: "select 1", values: [] });
  }

  async read(reads: readonly ViewRead[], options: ReadOptions = {}): Promise<readonly ViewReadResult[]> {
    reads.forEach(checkRead);
    if (reads.length === 0) return [];
    return this.#reads.read(reads, { ...this.#forReading, ...options });
  }

  async write(
    generation: number,
    kind: StoredKind,
    writes: readonly ChunkWrite[],
  ): Promise<{ refused: number }> {
    checkGeneration(generation);
    for (const write of writes) checkWrite(kind, write);
    let refused = 0;
    for (const rows of writeBatches(kind, writes)) refused += await this.#writeRows(generation, rows);
    return { refused };
  }

  async #writeRows(generation: number, rows: readonly StoredRow[]): Promise<number> {
    const written = await this.#change(
      "tesela_write",
      this.#statements.write,
      writeParameters(generation, rows),
    );
    return rows.length - written;
  }

  async listChunks(
    generation: number,
    kind: StoredKind,
    keys: readonly EntityKey[],
  ): Promise<readonly (readonly ChunkAddress[])[]> {
    checkGeneration(generation);
    const values = [generation, byteaArray(keys.map(storedKey))];
    const statement = { name: "tesela_list_chunks", text: this.#statements.listChunks, values };
    const { rows } = await this.#connections.run<ListedRow>(this.#forWriting, statement);
    const listed: ChunkAddress[][] = keys.map(() => []);
    for (const { position, level, chunk } of rows) {
      const address = addressAt(kind, level, chunk);
      if (address !== null) listed[position - 1]!.push(address);
    }
    return listed;
  }

  // What Postgres has acknowledged it keeps: there is one history.
  async states(generations: readonly number[]): Promise<readonly GenerationState[]> {
    const key = { scope: "0", bytes: new Uint8Array() };
    const reads = generations.map(
      (generation) => ({ generation, kind: "attributes", key, chunks: [] }) as const,
    );
    return (await this.read(reads)).map(({ marker }) => ({ marker, history: "" }));
  }

  async addMembers(generation: number, members: readonly IndexMember[]): Promise<void> {
    checkGeneration(generation);
    for (const { key, latest } of members) checkIndexed(key, latest);
    for (const rows of batchesOf(members.map(memberRow))) await this.#writeRows(generation, rows);
  }

  async removeMembers(generation: number, removals: readonly IndexRemoval[]): Promise<void> {
    checkGeneration(generation);
    for (const { key, before } of removals) checkIndexed(key, before);
    if (removals.length === 0) return;
    const values = removalParameters(generation, removals);
    await this.#change("tesela_remove_members", this.#statements.removeMembers, values);
  }

  async readMembers(read: IndexRead, options: ReadOptions = {}): Promise<readonly Uint8Array[]> {
    checkIndexRead(read);
    const { lower, upper } = indexRange(read.key);
    const values = [read.generation, lower, upper, ordered(read.since), read.limit];
    const statement = { name: "tesela_read_members", text: this.#statements.readMembers, values };
    const deadline = { ...this.#forReading, ...options };
    const { rows } = await this.#connections.run<{ key: Buffer }>(deadline, statement);
    return rows.map(({ key }) => memberOfRow(read.key, key));
  }

  async writeMarker(generation: number, marker: PushedMarker): Promise<boolean> {
    checkGeneration(generation);
    checkMarker(marker);
    const { commitSeq, edge, retainedFrom, epoch } = marker;
    const values = [generation, commitSeq, edge, retainedFrom, epoch];
    return (await this.#change("tesela_write_marker", this.#statements.writeMarker, values)) === 1;
  }

  async writeHidden(generation: number, stamp: bigint): Promise<boolean> {
    checkGeneration(generation);
    checkHidden(stamp);
    const values = [generation, stamp];
    return (await this.#change("tesela_write_hidden", this.#statements.writeHidden, values)) === 1;
  }

  // A write is acknowledged when it is as safe as the server's `synchronous_commit` makes it.
  async settle(): Promise<void> {
    await this.ping();
  }

  async #change(name: string, text: string, values: readonly unknown[]): Promise<number> {
    const { rowCount } = await this.#connections.run(this.#forWriting, { name, text, values });
    return rowCount ?? 0;
  }

  async prepareGeneration(generation: number): Promise<void> {
    checkGeneration(generation);
    await createPartition(this.#connections, this.#tables, generation, this.#forWriting);
  }

  async dropGeneration(generation: number): Promise<void> {
    checkGeneration(generation);
    await dropPartition(this.#connections, this.#tables, generation, this.#forWriting);
    this.#reads.forget(generation);
  }

  async info(): Promise<OnlineStoreInfo> {
    const statement = { name: "tesela_total_bytes", text: this.#statements.totalBytes, values: [] };
    const { rows } = await this.#connections.run<{ version: string; bytes: bigint }>(
      this.#forReading,
      statement,
    );
    const [{ version, bytes } = { version: "unknown", bytes: 0n }] = rows;
    return { version, bytes: Number(bytes), limitBytes: null, advice: [] };
  }
}
