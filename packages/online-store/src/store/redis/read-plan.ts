import type { Marker, ViewRead, ViewReadResult } from "../port.ts";
import { hashField, type RedisKeys } from "./keys.ts";
import type { ShardPlace } from "./script.ts";

// Lua's `unpack` fails at about 8,000 values.
const MAX_FIELDS = 4_000;

/** Fields that are read of a hash. */
export interface HashRead {
  readonly key: string;
  readonly fields: string[];
}

/** The values of hashes, one list each, in the order of their fields. */
export type HashValues = readonly (readonly (Buffer | null)[])[];

/** One round trip to a shard: what it asks for, and how to find each read's answer. */
export interface ReadPlan {
  /** Where the markers of the generations are, each once, however many reads share it. */
  readonly place: ShardPlace;
  /** Each (nearly always) once. */
  readonly hashes: readonly HashRead[];
  /** The answers, given the markers and values in the order of `place` and `hashes`. */
  readonly resultsOf: (markers: readonly (Marker | null)[], values: HashValues) => readonly ViewReadResult[];
}

/** Where the values of a read stand: its generation's marker, and for each chunk a hash and its field. */
interface Place {
  readonly marker: number;
  readonly hashes: number[];
  readonly fields: number[];
}

/** Plans a round trip to one shard. */
export function planReads(keys: RedisKeys, shard: number, reads: readonly ViewRead[]): ReadPlan {
  const generations: number[] = [];
  const markerAt = new Map<number, number>();
  const hashes = new HashList(keys);
  const places = reads.map((read): Place => {
    const { generation } = read;
    const marker = markerAt.get(generation) ?? generations.push(generation) - 1;
    markerAt.set(generation, marker);
    return hashes.place(read, marker);
  });
  return {
    place: keys.place(shard, generations),
    hashes: hashes.all,
    resultsOf: (markers, values) =>
      places.map(({ marker, hashes: own, fields }) => ({
        marker: markers[marker] ?? null,
        values: own.map((hash, index) => values[hash]?.[fields[index]!] ?? null),
      })),
  };
}

/** The hashes of a round trip, with the fields that are read of them. */
class HashList {
  readonly all: HashRead[] = [];
  readonly #keys: RedisKeys;
  readonly #hashAt = new Map<string, number>();
  #last: { readonly read: ViewRead; readonly redisKey: string } | null = null;

  constructor(keys: RedisKeys) {
    this.#keys = keys;
  }

  /** Where the values of a read will stand. */
  place(read: ViewRead, marker: number): Place {
    const place: Place = { marker, hashes: [], fields: [] };
    const { generation, kind, chunks } = read;
    if (chunks.length === 0) return place;
    const redisKey = this.#redisKeyOf(read);
    let hash = this.#hashAt.get(redisKey);
    for (const chunk of chunks) {
      if (hash === undefined || this.all[hash]!.fields.length === MAX_FIELDS) {
        hash = this.all.push({ key: redisKey, fields: [] }) - 1;
        this.#hashAt.set(redisKey, hash);
      }
      place.hashes.push(hash);
      place.fields.push(this.all[hash]!.fields.push(hashField(generation, kind, chunk)) - 1);
    }
    return place;
  }

  /** The attributes of all views of an entity are in one hash; reads of one entity follow each other. */
  #redisKeyOf(read: ViewRead): string {
    const { generation, kind, key } = read;
    const isLast = this.#last?.read.key === key && kind === "attributes" && this.#last.read.kind === kind;
    if (isLast) return this.#last!.redisKey;
    const redisKey = this.#keys.hash(generation, kind, key);
    this.#last = { read, redisKey };
    return redisKey;
  }
}
