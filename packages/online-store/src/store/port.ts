/** One entity key: `scope` names workspace and join-key set (ASCII `[A-Za-z0-9.-]`); `bytes` is the canonical encoding of the join key values, any bytes. */
export interface EntityKey {
  readonly scope: string;
  readonly bytes: Uint8Array;
}

/** What kind of value: attributes have one value per (entity, generation); tiles one per (entity, generation, level, chunk). The two never collide. */
export type StoredKind = "attributes" | "tiles";

/** The level of what stands beside values of either kind, such as what is known of a deletion. */
export const BESIDE_LEVEL = 32_767;

/** Which value of an entity: `level` in 0..32767 and `chunk` any 32-bit integer, negative before 1970. Attributes are `{ level: 0, chunk: 0 }`, and what is beside them at `BESIDE_LEVEL`. */
export interface ChunkAddress {
  readonly level: number;
  readonly chunk: number;
}

/** What a push says of a generation: the applied commit, and in microseconds the end of what is there (`edge`) and the start of what is kept. */
export interface PushedMarker {
  readonly commitSeq: bigint;
  readonly edge: bigint | null;
  readonly retainedFrom: bigint | null;
  readonly epoch: string;
}

/** How complete a generation is (decision 7). */
export interface Marker extends PushedMarker {
  /** The greatest stamp of deleted keys that are hidden (TIME T17); 0 before the first. */
  readonly hidden: bigint;
}

/**
 * What a store holds of a generation everywhere: the least marker of all its shards (`null` where one has none), and what
 * tells this history of the store from one in which something was lost.
 */
export interface GenerationState {
  readonly marker: Marker | null;
  readonly history: string;
}

/** Asks for some values of one entity in one generation, and for the generation's marker; `chunks` may be empty. */
export interface ViewRead {
  readonly generation: number;
  readonly kind: StoredKind;
  readonly key: EntityKey;
  readonly chunks: readonly ChunkAddress[];
}

/** The answer to one `ViewRead`: a value (or null) per chunk asked, in the same order. The bytes belong to the caller's read: do not write to them. */
export interface ViewReadResult {
  readonly marker: Marker | null;
  readonly values: readonly (Uint8Array | null)[];
}

/** One value to store. It begins with byte 0, the format version, and bytes 1 to 8, the stamp (`commit_seq`, unsigned 64-bit big endian). */
export interface ChunkWrite {
  readonly key: EntityKey;
  readonly chunk: ChunkAddress;
  readonly value: Uint8Array;
}

/**
 * One member of an entity's index, any bytes: `latest` is the latest event time, in microseconds, of what is stored
 * for it. What lies before 1684 or after 2255 may be taken for up to 2^-53 of itself later.
 */
export interface IndexMember {
  readonly key: EntityKey;
  readonly member: Uint8Array;
  readonly latest: bigint;
}

/** Members to take out of an index: one, or `null` for all, as far as their `latest` is before an instant. */
export interface IndexRemoval {
  readonly key: EntityKey;
  readonly member: Uint8Array | null;
  readonly before: bigint;
}

/** Asks for the members of an index whose `latest` is at or after `since`, at most `limit` (1 to 100,000). */
export interface IndexRead {
  readonly generation: number;
  readonly key: EntityKey;
  readonly since: bigint;
  readonly limit: number;
}

/** Ends a read early: `signal` with `CANCELLED`, `timeoutMs` (default: the store's own) with `TIMEOUT`. */
export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** What the server holds: `bytes` used (Redis: by the whole server), `limitBytes` where it has one, and advice on settings that cost memory or speed. */
export interface OnlineStoreInfo {
  readonly version: string;
  readonly bytes: number;
  readonly limitBytes: number | null;
  readonly advice: readonly string[];
}

/**
 * The byte-level online store. Adapters know the stamp of a value and nothing else of its content. Errors are
 * `UNAVAILABLE` (no server), `TIMEOUT`, `CANCELLED`, `VALIDATION` (a wrong argument) and `MISCONFIGURED`.
 */
export interface OnlineStore {
  readonly kind: "redis" | "postgres";

  /** Connects, checks the server's settings and prepares what is stored there; safe from several processes at once. */
  start(): Promise<void>;

  /** Closes the connections; calling it twice changes nothing. */
  stop(): Promise<void>;

  /** Returns when the server has answered. */
  ping(): Promise<void>;

  /** One round trip for all reads; marker (of the key's shard) and values of one `ViewRead` are of one instant. What was never written is null. */
  read(reads: readonly ViewRead[], options?: ReadOptions): Promise<readonly ViewReadResult[]>;

  /**
   * Replaces each value unless the stored one carries a greater stamp, and returns how many were refused for
   * that. Idempotent; not atomic over all writes: after an error any of them may have happened. Of several
   * writes of one chunk in one call only the newest counts. The generation must have been prepared.
   */
  write(
    generation: number,
    kind: StoredKind,
    writes: readonly ChunkWrite[],
  ): Promise<{ readonly refused: number }>;

  /** Which values of each key are stored, in no order; none of a generation that was never prepared. */
  listChunks(
    generation: number,
    kind: StoredKind,
    keys: readonly EntityKey[],
  ): Promise<readonly (readonly ChunkAddress[])[]>;

  /** Puts members into indexes; one that is there keeps the greater `latest`. The generation must have been prepared. */
  addMembers(generation: number, members: readonly IndexMember[]): Promise<void>;

  /** Takes members out of indexes, each unless its `latest` is not before the removal's instant. */
  removeMembers(generation: number, removals: readonly IndexRemoval[]): Promise<void>;

  /** Some members of an index, each once and in no order: all there are where they are fewer than the limit. */
  readMembers(read: IndexRead, options?: ReadOptions): Promise<readonly Uint8Array[]>;

  /** What is held of generations, one after another. */
  states(generations: readonly number[]): Promise<readonly GenerationState[]>;

  /**
   * Moves the marker forward, but for its `hidden`, which stays; false, and nothing changed, where the stored one has
   * a greater `commitSeq`. Throws `UNAVAILABLE` where the store may have lost what was written since it told `history`:
   * it was emptied, has started again, or another server has taken its place.
   */
  writeMarker(generation: number, marker: PushedMarker, history?: string): Promise<boolean>;

  /**
   * Says in the marker that deleted keys are hidden, under a stamp from after that; a greater one stays. False, and
   * nothing changed, where there is no marker. Throws `UNAVAILABLE` as `writeMarker` does.
   */
  writeHidden(generation: number, stamp: bigint, history?: string): Promise<boolean>;

  /**
   * Returns when every replica that is connected has received what this process has written, so that a fail-over keeps
   * it; throws `UNAVAILABLE` when one does not within the store's own time.
   */
  settle(): Promise<void>;

  /** Makes room for a generation; doing it again changes nothing. */
  prepareGeneration(generation: number): Promise<void>;

  /** Removes a generation, its marker first; doing it again changes nothing. No writer of it may still run. */
  dropGeneration(generation: number): Promise<void>;

  /** Says what the server holds, for operators. */
  info(): Promise<OnlineStoreInfo>;
}
