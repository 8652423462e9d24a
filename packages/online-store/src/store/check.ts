import { TeselaError } from "@tesela/core";

import type { ChunkAddress, ChunkWrite, EntityKey, Marker, StoredKind, ViewRead } from "./port.ts";
import { STAMP_END } from "./stamp.ts";

const SCOPE = /^[A-Za-z0-9.-]+$/;
const MAX_INT32 = 2 ** 31 - 1;
const MAX_LEVEL = 2 ** 15 - 1;
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

/** Throws `VALIDATION` unless the marker's numbers fit 64 bits, signed, and its epoch holds no NUL. */
export function checkMarker({ commitSeq, edge, retainedFrom, epoch }: Marker): void {
  if (commitSeq < 0n || commitSeq > MAX_INT64) throw invalid("a commitSeq", commitSeq, "0 to 2^63-1");
  for (const instant of [edge, retainedFrom]) {
    if (instant !== null && BigInt.asIntN(64, instant) !== instant) {
      throw invalid("a marker's instant", instant, "64-bit microseconds");
    }
  }
  if (epoch.includes("\0")) throw invalid("a marker's epoch", JSON.stringify(epoch), "text without NUL");
}

function checkKey({ scope }: EntityKey): void {
  if (!SCOPE.test(scope)) {
    throw invalid("a key scope", JSON.stringify(scope), "letters, digits, dots and dashes");
  }
}

function checkChunk(kind: StoredKind, { level, chunk }: ChunkAddress): void {
  if (kind === "attributes" ? level !== 0 : !isInteger(level, 0, MAX_LEVEL)) {
    throw invalid(`a level of ${kind}`, level, kind === "attributes" ? "0" : "an integer from 0 to 32767");
  }
  if (kind === "attributes" ? chunk !== 0 : !isInteger(chunk, -MAX_INT32 - 1, MAX_INT32)) {
    throw invalid(`a chunk of ${kind}`, chunk, kind === "attributes" ? "0" : "a 32-bit integer");
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
