import { TeselaError } from "@tesela/core";

import {
  BESIDE_LEVEL,
  type ChunkAddress,
  type ChunkWrite,
  type EntityKey,
  type IndexRead,
  type PushedMarker,
  type StoredKind,
  type ViewRead,
} from "./port.ts";
import { STAMP_END } from "./stamp.ts";

const SCOPE = /^[A-Za-z0-9.-]+$/;
const MAX_INT32 = 2 ** 31 - 1;
const MAX_MEMBERS = 100_000;
const MAX_INT64 = 2n ** 63n - 1n;

/** Throws `VALIDATION` unless a generation is an integer in 1..2^31-1. */
export function checkGeneration(generation: number): void {
  if (!isInteger(generation, 1, MAX_INT32)) {
    throw invalid("a generation", generation, "an integer from 1 to 2^31-1");
  }
}

/** Throws `VALIDATION` unless every part of a read is within the port's bounds. */
export function checkRead({ generation, kind, key, chunks }: ViewRead): void {
  checkGeneration(generation);
  checkKey(key);
  for (const chunk of chunks) checkChunk(kind, chunk);
}

/** Throws `VALIDATION` unless every part of a write is within the port's bounds and its value carries a stamp. */
export function checkWrite(kind: StoredKind, { key, chunk, value }: ChunkWrite): void {
  checkKey(key);
  checkChunk(kind, chunk);
  if (value.length < STAMP_END) {
    throw invalid("a value", `${value.length} bytes`, "a version and a stamp, 9 bytes");
  }
}

/** Throws `VALIDATION` unless an index is read by a scope and an instant of the port's bounds, up to a limit. */
export function checkIndexRead({ generation, key, since, limit }: IndexRead): void {
  checkGeneration(generation);
  checkIndexed(key, since);
  if (!isInteger(limit, 1, MAX_MEMBERS)) throw invalid("a limit", limit, "an integer from 1 to 100,000");
}

/** Throws `VALIDATION` unless the scope of an index is one and its instant is a 64-bit one. */
export function checkIndexed(key: EntityKey, instant: bigint): void {
  checkKey(key);
  if (BigInt.asIntN(64, instant) !== instant) {
    throw invalid("an index's instant", instant, "64-bit microseconds");
  }
}

/** Throws `VALIDATION` unless the marker's numbers fit 64 bits, signed, and its epoch holds no NUL. */
export function checkMarker({ commitSeq, edge, retainedFrom, epoch }: PushedMarker): void {
  if (commitSeq < 0n || commitSeq > MAX_INT64) throw invalid("a commitSeq", commitSeq, "0 to 2^63-1");
  for (const instant of [edge, retainedFrom]) {
    if (instant !== null && BigInt.asIntN(64, instant) !== instant) {
      throw invalid("a marker's instant", instant, "64-bit microseconds");
    }
  }
  if (epoch.includes("\0")) throw invalid("a marker's epoch", JSON.stringify(epoch), "text without NUL");
}

/** Throws `VALIDATION` unless the stamp of hidden keys is in 0..2^63-1. */
export function checkHidden(stamp: bigint): void {
  if (stamp < 0n || stamp > MAX_INT64) throw invalid("a stamp of hidden keys", stamp, "0 to 2^63-1");
}

function checkKey({ scope }: EntityKey): void {
  if (!SCOPE.test(scope)) {
    throw invalid("a key scope", JSON.stringify(scope), "letters, digits, dots and dashes");
  }
}

function checkChunk(kind: StoredKind, { level, chunk }: ChunkAddress): void {
  const isAttributes = kind === "attributes";
  if (isAttributes ? level !== 0 && level !== BESIDE_LEVEL : !isInteger(level, 0, BESIDE_LEVEL)) {
    const expected = isAttributes ? `0 or ${BESIDE_LEVEL}` : `an integer from 0 to ${BESIDE_LEVEL}`;
    throw invalid(`a level of ${kind}`, level, expected);
  }
  if (isAttributes ? chunk !== 0 : !isInteger(chunk, -MAX_INT32 - 1, MAX_INT32)) {
    throw invalid(`a chunk of ${kind}`, chunk, isAttributes ? "0" : "a 32-bit integer");
  }
}

function isInteger(value: number, least: number, greatest: number): boolean {
  return Number.isInteger(value) && value >= least && value <= greatest;
}

function invalid(what: string, found: unknown, expected: string): TeselaError {
  return new TeselaError(
    "VALIDATION",
    `The online store was given ${what} of ${String(found)}, expected ${expected}.`,
  );
}
