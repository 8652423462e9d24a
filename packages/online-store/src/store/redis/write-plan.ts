import type { ChunkWrite, StoredKind } from "../port.ts";
import { newestOfEach } from "../stamp.ts";
import { hashField, type RedisKeys } from "./keys.ts";

const MAX_FIELDS_PER_CALL = 256;
const MAX_CALLS_PER_PIPELINE = 500;
const MAX_BYTES = 1 << 20;

/** One call of the write script: a hash, and field, value, field, value, … */
export interface WriteCall {
  readonly redisKey: string;
  readonly fieldsAndValues: (string | Buffer)[];
  bytes: number;
}

interface FieldWrite {
  readonly redisKey: string;
  readonly field: string;
  readonly value: Uint8Array;
}

/** Groups writes into calls of one hash each, and calls into pipelines of bounded size. */
export function planWrites(
  keys: RedisKeys,
  generation: number,
  kind: StoredKind,
  writes: readonly ChunkWrite[],
): readonly (readonly WriteCall[])[] {
  const fields = writes.map(({ key, chunk, value }) => ({
    redisKey: keys.hash(generation, kind, key),
    field: hashField(generation, kind, chunk),
    value,
  }));
  return intoPipelines(intoCalls(newestOfEach(fields, ({ redisKey, field }) => `${redisKey} ${field}`)));
}

function intoCalls(writes: readonly FieldWrite[]): readonly WriteCall[] {
  const calls: WriteCall[] = [];
  const open = new Map<string, WriteCall>();
  for (const { redisKey, field, value } of writes) {
    let call = open.get(redisKey);
    if (call === undefined || isFull(call)) {
      call = { redisKey, fieldsAndValues: [], bytes: 0 };
      open.set(redisKey, call);
      calls.push(call);
    }
    call.fieldsAndValues.push(field, Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    call.bytes += value.length;
  }
  return calls;
}

function isFull({ fieldsAndValues, bytes }: WriteCall): boolean {
  return fieldsAndValues.length >= 2 * MAX_FIELDS_PER_CALL || bytes >= MAX_BYTES;
}

function intoPipelines(calls: readonly WriteCall[]): readonly (readonly WriteCall[])[] {
  const pipelines: WriteCall[][] = [];
  let bytes = 0;
  for (const call of calls) {
    const last = pipelines.at(-1);
    if (last === undefined || last.length >= MAX_CALLS_PER_PIPELINE || bytes >= MAX_BYTES) {
      pipelines.push([call]);
      bytes = call.bytes;
    } else {
      last.push(call);
      bytes += call.bytes;
    }
  }
  return pipelines;
}
