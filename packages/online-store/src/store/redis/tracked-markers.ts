import { Redis } from "ioredis";

import type { Marker } from "../port.ts";
import type { RedisClient } from "./client.ts";
import { decodeMarker } from "./marker-codec.ts";

/** How every push message begins by which a server takes back what it has told (RESP3, client-side caching). */
const INVALIDATION = Buffer.from(">2\r\n$10\r\ninvalidate\r\n");
const PUSH = ">".charCodeAt(0);

/**
 * Markers that a connection to a single server has read and that the server has not taken back. It sends word of each
 * change, and of the loss of all keys, on the same connection and ahead of every later reply: a marker that is still
 * kept when a reply comes was the stored one when the command ran. Which marker has changed is not looked at: one
 * word, or bytes that look like it, and all are forgotten.
 */
export class TrackedMarkers {
  readonly #markers = new Map<string, Marker>();
  readonly #loading = new Set<string>();
  #client: Redis | null = null;
  #version = 0;
  #rest: Buffer | null = null;

  constructor(client: RedisClient) {
    if (!(client instanceof Redis)) return;
    client.on("ready", () => void this.#begin(client));
    client.on("close", () => this.#end());
  }

  /** Changes with every word of the server's. */
  get version(): number {
    return this.#version;
  }

  /** The markers at Redis keys as they are now, or `null` where one is not known; those are read meanwhile. */
  markersAt(keys: readonly string[]): readonly Marker[] | null {
    const found: Marker[] = [];
    for (const key of keys) {
      const marker = this.#markers.get(key);
      if (marker !== undefined) found.push(marker);
      else this.#load(key);
    }
    return found.length === keys.length ? found : null;
  }

  /** Servers that do not know RESP3 or forbid tracking are read without: their markers are never kept. */
  async #begin(client: Redis): Promise<void> {
    const { stream } = client;
    stream.prependListener("data", (chunk: Buffer) => this.#look(chunk));
    try {
      const hello = (await client.call("HELLO")) as readonly unknown[];
      if (hello[hello.indexOf("proto") + 1] !== 3) return;
      await client.call("CLIENT", "TRACKING", "ON", "OPTIN");
      if (client.stream === stream) this.#client = client;
    } catch {
      this.#client = null;
    }
  }

  #end(): void {
    this.#client = null;
    this.#rest = null;
    this.#forget();
  }

  #forget(): void {
    this.#version += 1;
    this.#markers.clear();
  }

  #load(key: string): void {
    const client = this.#client;
    if (client === null || this.#loading.has(key)) return;
    this.#loading.add(key);
    void this.#read(client, key).finally(() => this.#loading.delete(key));
  }

  async #read(client: Redis, key: string): Promise<void> {
    const version = this.#version;
    try {
      // The server keeps track of what the command after this one reads.
      const tracked = client.call("CLIENT", "CACHING", "YES");
      const [, bytes] = await Promise.all([tracked, client.getBuffer(key)]);
      if (bytes !== null && version === this.#version) this.#markers.set(key, decodeMarker(bytes));
    } catch {
      // It stays unknown, and what needs it reads it by itself.
    }
  }

  /** Before the driver reads them. A word may be cut in two. */
  #look(chunk: Buffer): void {
    const whole = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    if (whole.includes(INVALIDATION)) this.#forget();
    const start = whole.lastIndexOf(PUSH);
    const isCut = start >= 0 && start > whole.length - INVALIDATION.length;
    this.#rest = isCut ? Buffer.from(whole.subarray(start)) : null;
  }
}
