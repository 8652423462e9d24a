import type { ChunkAddress, Marker, ViewRead, ViewReadResult } from "../store/port.ts";

/** What was read of a key, with the marker of the same instant. */
export interface CachedValues {
  /** By the cache's clock. */
  readonly readAt: number;
  readonly marker: Marker | null;
  readonly values: ReadonlyMap<string, Uint8Array | null>;
}

interface Entry extends CachedValues {
  readonly bytes: number;
}

/** What an entry takes besides keys and values. */
const ENTRY_BYTES = 400;
const VALUE_BYTES = 100;

/** Values of keys as they were read, at most so many bytes of them: what was not asked for longest goes first. */
export class ValueCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What was read of a key, if it has every chunk of the read. */
  find(read: ViewRead): CachedValues | null {
    const name = nameOf(read);
    const entry = this.#entries.get(name);
    if (entry === undefined || !read.chunks.every((chunk) => entry.values.has(addressOf(chunk)))) return null;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry;
  }

  /** Keeps copies of what was just read, in the place of what was known of the key. */
  keep(read: ViewRead, found: ViewReadResult, readAt: number): void {
    const name = nameOf(read);
    this.#remove(name);
    const values = new Map<string, Uint8Array | null>();
    let bytes = ENTRY_BYTES + name.length;
    for (const [index, chunk] of read.chunks.entries()) {
      // The bytes of a read may be a part of a network buffer, which would be kept alive as a whole.
      const value = found.values[index]?.slice() ?? null;
      values.set(addressOf(chunk), value);
      bytes += VALUE_BYTES + (value?.length ?? 0);
    }
    if (bytes > this.#maxBytes) return;
    this.#entries.set(name, { readAt, marker: found.marker, values, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes) this.#remove(this.#entries.keys().next().value!);
  }

  #remove(name: string): void {
    this.#bytes -= this.#entries.get(name)?.bytes ?? 0;
    this.#entries.delete(name);
  }
}

/** The name of a chunk among those of a key. */
export function addressOf({ level, chunk }: ChunkAddress): string {
  return `${level}:${chunk}`;
}

function nameOf({ generation, kind, key: { scope, bytes } }: ViewRead): string {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return `${generation} ${kind} ${scope} ${key}`;
}
