import type { ChunkWrite, StoredKind } from "../port.ts";
import { compareStamps } from "../stamp.ts";
import { hashField, type RedisKeys } from "./keys.ts";

/** A server answers nobody else during a call: it takes less than a millisecond. */
const MAX_HASHES_PER_CALL = 64;
const MAX_FIELDS_PER_CALL = 256;
const MAX_BYTES_PER_CALL = 1 << 18;
const MAX_BYTES_PER_PIPELINE = 1 << 20;
const FIELD_SIZE_BYTES = 2;
const VALUE_SIZE_BYTES = 4;
const COUNT_BYTES = 4;

/** One call of the write script: hashes of one shard, and for each of them, packed, how many fields, and these with their values. */
export interface WriteCall {
  readonly shard: number;
  readonly redisKeys: readonly string[];
  readonly packed: Buffer;
}

/** What is written of a hash, by field. */
interface HashWrites {
  readonly redisKey: string;
  readonly shard: number;
  readonly values: Map<string, Uint8Array>;
}

/** Groups writes into calls for one shard each, and calls into pipelines, all of bounded size. */
export function planWrites(
  keys: RedisKeys,
  generation: number,
  kind: StoredKind,
  writes: readonly ChunkWrite[],
): readonly (readonly WriteCall[])[] {
  const calls: OpenCall[] = [];
  const open = new Map<number, OpenCall>();
  for (const { redisKey, shard, values } of hashesOf(keys, generation, kind, writes)) {
    for (const [field, value] of values) {
      let call = open.get(shard);
      if (call === undefined || call.isFull) {
        call = new OpenCall(shard);
        open.set(shard, call);
        calls.push(call);
      }
      call.add(redisKey, field, value);
    }
  }
  return intoPipelines(calls.map((call) => call.close()));
}

/** Of several writes of one chunk the newest counts, the last of equals. */
function hashesOf(
  keys: RedisKeys,
  generation: number,
  kind: StoredKind,
  writes: readonly ChunkWrite[],
): Iterable<HashWrites> {
  const hashes = new Map<string, HashWrites>();
  for (const { key, chunk, value } of writes) {
    const redisKey = keys.hash(generation, kind, key);
    let hash = hashes.get(redisKey);
    if (hash === undefined)
      hashes.set(redisKey, (hash = { redisKey, shard: keys.shardOf(key), values: new Map() }));
    const field = hashField(generation, kind, chunk);
    const known = hash.values.get(field);
    if (known === undefined || compareStamps(value, known) >= 0) hash.values.set(field, value);
  }
  return hashes.values();
}

/** A call that takes in more. */
class OpenCall {
  readonly #shard: number;
  readonly #hashes: { readonly redisKey: string; readonly fields: [field: string, value: Uint8Array][] }[] =
    [];
  #fields = 0;
  #bytes = 0;

  constructor(shard: number) {
    this.#shard = shard;
  }

  get isFull(): boolean {
    return (
      this.#hashes.length >= MAX_HASHES_PER_CALL ||
      this.#fields >= MAX_FIELDS_PER_CALL ||
      this.#bytes >= MAX_BYTES_PER_CALL
    );
  }

  add(redisKey: string, field: string, value: Uint8Array): void {
    let last = this.#hashes.at(-1);
    if (last?.redisKey !== redisKey) {
      last = { redisKey, fields: [] };
      this.#hashes.push(last);
      this.#bytes += COUNT_BYTES;
    }
    last.fields.push([field, value]);
    this.#fields += 1;
    this.#bytes += FIELD_SIZE_BYTES + field.length + VALUE_SIZE_BYTES + value.length;
  }

  close(): WriteCall {
    const packed = Buffer.allocUnsafe(this.#bytes);
    let at = 0;
    for (const { fields } of this.#hashes) {
      at = packed.writeUInt32BE(fields.length, at);
      for (const [field, value] of fields) {
        at = packed.writeUInt16BE(field.length, at);
        at += packed.write(field, at, "latin1");
        at = packed.writeUInt32BE(value.length, at);
        packed.set(value, at);
        at += value.length;
      }
    }
    return { shard: this.#shard, redisKeys: this.#hashes.map(({ redisKey }) => redisKey), packed };
  }
}

function intoPipelines(calls: readonly WriteCall[]): readonly (readonly WriteCall[])[] {
  const pipelines: WriteCall[][] = [];
  let bytes = 0;
  for (const call of calls) {
    const last = pipelines.at(-1);
    if (last === undefined || bytes >= MAX_BYTES_PER_PIPELINE) {
      pipelines.push([call]);
      bytes = call.packed.length;
    } else {
      last.push(call);
      bytes += call.packed.length;
    }
  }
  return pipelines;
}
