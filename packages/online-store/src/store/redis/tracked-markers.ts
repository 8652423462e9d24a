import type { Marker } from "../port.ts";
import { decodeMarker } from "./marker-codec.ts";
import type { ReadChannel } from "./read-channel.ts";
import { ReplyError, type Reply } from "./reply-parser.ts";
import { respOf } from "./resp.ts";

const BEGIN = respOf(["HELLO", "3"]) + respOf(["CLIENT", "TRACKING", "ON", "OPTIN"]);
/** The server keeps track of what the command after this one reads. */
const TRACK_NEXT = respOf(["CLIENT", "CACHING", "YES"]);

/**
 * Markers that a channel to a single server has read and that the server has not taken back (RESP3, client-side
 * caching). It sends word of each change, and of the loss of all keys, on the same connection and ahead of every later
 * reply: a marker that is still kept when a reply comes was the stored one when the command ran.
 */
export class TrackedMarkers {
  readonly #channel: Pick<ReadChannel, "send">;
  readonly #keyOf: (generation: number) => string;
  readonly #markers = new Map<number, Marker>();
  /** Of each Redis key that was ever asked for the generation whose marker it holds. */
  readonly #generations = new Map<string, number>();
  readonly #loading = new Set<number>();
  #isTracking = false;

  constructor(channel: Pick<ReadChannel, "send">, keyOf: (generation: number) => string) {
    this.#channel = channel;
    this.#keyOf = keyOf;
  }

  /** The marker of a generation as it is now, or `null` where that is not known; it is read meanwhile. */
  markerOf(generation: number): Marker | null {
    const marker = this.#markers.get(generation);
    if (marker !== undefined) return marker;
    this.#load(generation);
    return null;
  }

  /** Servers that do not know RESP3 or forbid tracking are read without: their markers are never kept. */
  begin(): void {
    const settle = (replies: readonly Reply[] | null): void => {
      this.#isTracking = replies !== null && !replies.some((reply) => reply instanceof ReplyError);
    };
    this.#channel.send({ commands: BEGIN, count: 2, settle }, performance.now());
  }

  end(): void {
    this.#isTracking = false;
    this.#markers.clear();
    this.#loading.clear();
  }

  /** Takes word of the server's: which keys have changed, or that all are gone. */
  hear(push: Reply): void {
    if (!Array.isArray(push) || String(push[0]) !== "invalidate") return;
    const keys = push[1] as readonly Buffer[] | null;
    if (keys === null) this.#markers.clear();
    else for (const key of keys) this.#markers.delete(this.#generations.get(String(key)) ?? -1);
  }

  #load(generation: number): void {
    if (!this.#isTracking || this.#loading.has(generation)) return;
    const key = this.#keyOf(generation);
    this.#generations.set(key, generation);
    this.#loading.add(generation);
    const settle = (replies: readonly Reply[] | null): void => {
      this.#loading.delete(generation);
      const marker = markerIn(replies);
      if (marker !== null) this.#markers.set(generation, marker);
    };
    const commands = TRACK_NEXT + respOf(["GET", key]);
    if (!this.#channel.send({ commands, count: 2, settle }, performance.now()))
      this.#loading.delete(generation);
  }
}

/** What cannot be had or understood stays unknown, and what needs it reads it by itself. */
function markerIn(replies: readonly Reply[] | null): Marker | null {
  const [tracked, bytes] = replies ?? [];
  if (tracked !== "OK" || !Buffer.isBuffer(bytes)) return null;
  try {
    return decodeMarker(bytes);
  } catch {
    return null;
  }
}
