import { TOMBSTONE } from "../deletion/tombstone.ts";
import { holds } from "../reader/view-answer.ts";
import type { ChunkAddress, OnlineStore, ReadOptions, ViewRead, ViewReadResult } from "../store/port.ts";
import type { CacheRule, CacheRules } from "./cache-rules.ts";
import { addressOf, ValueCache, type CachedValues } from "./value-cache.ts";

/** What a cache of reads goes by. */
export interface CacheOptions {
  /** Asked at every read: the views may change. */
  readonly rules: () => CacheRules;
  readonly onRead: (view: string, end: "hit" | "miss") => void;
  /** Of values at most; 64 MiB unless given. */
  readonly maxBytes?: number;
  /** Milliseconds that only grow. */
  readonly clock?: () => number;
}

/** Whether a read may be answered from what is kept, and whether what it reads is kept. */
export interface CacheUse {
  readonly find: boolean;
  readonly keep: boolean;
}

/** How values are read: from the cache and into it unless told. */
export interface CachedReadOptions extends ReadOptions {
  readonly cache?: CacheUse | undefined;
}

const FULL_USE: CacheUse = { find: true, keep: true };
const MAX_BYTES = 64 * 1024 ** 2;

/** A read, and what of it is known already. */
interface Asked {
  readonly read: ViewRead;
  /** `null`: nothing that may be used; the store is asked for all of it. */
  readonly found: CachedValues | null;
  readonly isCached: boolean;
}

/**
 * Answers reads of views that declare a cache from what was read before, no longer ago than they allow, and never from
 * before a commit that the serving plan knows. What is kept is stored bytes, aged by the clock like what was just read,
 * so time passes exactly; tombstones are read every time, so a deleted key is hidden at once (TIME T17).
 */
export class CachedReads implements Pick<OnlineStore, "read"> {
  readonly #store: Pick<OnlineStore, "read">;
  readonly #options: CacheOptions;
  readonly #clock: () => number;
  readonly #cache: ValueCache;

  constructor(store: Pick<OnlineStore, "read">, options: CacheOptions) {
    this.#store = store;
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#cache = new ValueCache(options.maxBytes ?? MAX_BYTES);
  }

  read(reads: readonly ViewRead[], options: CachedReadOptions = {}): Promise<readonly ViewReadResult[]> {
    const rules = this.#options.rules();
    if (rules.size === 0) return this.#store.read(reads, options);
    return this.#readSome(reads, rules, options);
  }

  async #readSome(
    reads: readonly ViewRead[],
    rules: CacheRules,
    options: CachedReadOptions,
  ): Promise<readonly ViewReadResult[]> {
    const readAt = this.#clock();
    const { find } = options.cache ?? FULL_USE;
    const asked = reads.map((read) => this.#ask(read, rules.get(read.generation), readAt, find));
    const first = await this.#answer(asked, readAt, options);
    const changed = asked.filter((_, index) => first[index] === null);
    if (changed.length === 0) return first as readonly ViewReadResult[];
    const anew = changed.map((one) => ({ ...one, found: null }));
    const second = await this.#answer(anew, readAt, options);
    let next = 0;
    return first.map((result) => result ?? second[next++]!);
  }

  #ask(read: ViewRead, rule: CacheRule | undefined, readAt: number, find: boolean): Asked {
    const isCached = rule !== undefined && !read.chunks.every(isTombstone);
    if (!isCached || !find) return { read, found: null, isCached };
    const found = this.#cache.find(read);
    const isHit = found !== null && isUsable(found, rule, readAt);
    this.#options.onRead(rule.view, isHit ? "hit" : "miss");
    return { read, found: isHit ? found : null, isCached };
  }

  /** One round trip, if any; `null` where a deletion has changed what is hidden of the values that are kept. */
  async #answer(
    asked: readonly Asked[],
    readAt: number,
    options: CachedReadOptions,
  ): Promise<readonly (ViewReadResult | null)[]> {
    const { keep } = options.cache ?? FULL_USE;
    const left = asked.flatMap(({ read, found }) => (found === null ? [read] : tombstoneRead(read)));
    const results = left.length === 0 ? [] : await this.#store.read(left, options);
    let next = 0;
    return asked.map(({ read, found, isCached }) => {
      if (found !== null)
        return fromCache(read, found, tombstoneRead(read).length > 0 ? results[next++]! : null);
      const result = results[next++]!;
      if (isCached && keep) this.#cache.keep(read, result, readAt);
      return result;
    });
  }
}

/** What has to be read of a key whose values are kept: its tombstone, where the read has it (it stands last). */
function tombstoneRead(read: ViewRead): readonly ViewRead[] {
  const last = read.chunks.at(-1);
  return last !== undefined && isTombstone(last) ? [{ ...read, chunks: [last] }] : [];
}

/** Tiles from before a deletion go with the tombstone of that time alone: a later one says what later tiles hold. */
function fromCache(
  { chunks }: ViewRead,
  { marker, values }: CachedValues,
  beside: ViewReadResult | null,
): ViewReadResult | null {
  const all = chunks.map((chunk) => values.get(addressOf(chunk)) ?? null);
  if (beside !== null && !isSame(all.at(-1) ?? null, beside.values[0] ?? null)) return null;
  return { marker, values: all };
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

function isTombstone({ level, chunk }: ChunkAddress): boolean {
  return level === TOMBSTONE.level && chunk === TOMBSTONE.chunk;
}

function isUsable({ readAt, marker }: CachedValues, rule: CacheRule, now: number): boolean {
  return now - readAt <= rule.maxAgeMs && holds(marker, rule);
}
