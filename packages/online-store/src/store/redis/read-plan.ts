import type { ViewRead, ViewReadResult } from "../port.ts";
import { hashField, type RedisKeys } from "./keys.ts";
import { decodeMarker } from "./marker-codec.ts";

// Lua's `unpack` fails at about 8,000 values.
const MAX_FIELDS = 4_000;

/** What the read script replies: the markers, then the values of each hash. */
export type ReadReply = readonly (readonly (Buffer | null)[])[];

/** The arguments of one read script and how to find each read's answer in its reply. */
export interface ReadPlan {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  resultsOf(reply: ReadReply): readonly ViewReadResult[];
}

interface HashRead {
  readonly key: string;
  readonly fields: string[];
}

interface Place {
  readonly list: number;
  readonly at: number;
}

/** Plans a round trip in which each marker, and (nearly always) each hash, is asked for once, however many reads share it. */
export function planReads(keys: RedisKeys, reads: readonly ViewRead[]): ReadPlan {
  const generations = [...new Set(reads.map((read) => read.generation))];
  const markerAt = new Map(generations.map((generation, at) => [generation, at]));
  const hashes: HashRead[] = [];
  const places = placeValues(keys, reads, hashes);
  return {
    keys: [...generations.map((generation) => keys.marker(generation)), ...hashes.map((hash) => hash.key)],
    args: [generations.length, ...hashes.flatMap(({ fields }) => [fields.length, ...fields])],
    resultsOf: (reply) =>
      reads.map((read, i) => {
        const marker = valueAt(reply, { list: 0, at: markerAt.get(read.generation) ?? -1 });
        const values = (places[i] ?? []).map((place) => valueAt(reply, place));
        return { marker: marker === null ? null : decodeMarker(marker), values };
      }),
  };
}

function placeValues(
  keys: RedisKeys,
  reads: readonly ViewRead[],
  hashes: HashRead[],
): readonly (readonly Place[])[] {
  const listOf = new Map<string, number>();
  return reads.map(({ generation, kind, key, chunks }) => {
    if (chunks.length === 0) return [];
    const redisKey = keys.hash(generation, kind, key);
    return chunks.map((chunk) => {
      let list = listOf.get(redisKey);
      if (list === undefined || hashes[list - 1]?.fields.length === MAX_FIELDS) {
        list = hashes.push({ key: redisKey, fields: [] });
        listOf.set(redisKey, list);
      }
      const fieldCount = hashes[list - 1]?.fields.push(hashField(generation, kind, chunk)) ?? 0;
      return { list, at: fieldCount - 1 };
    });
  });
}

function valueAt(reply: ReadReply, { list, at }: Place): Buffer | null {
  return reply[list]?.[at] ?? null;
}
