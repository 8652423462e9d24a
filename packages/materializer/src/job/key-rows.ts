import {
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBTimestampValue,
  type DuckDBDataChunk,
  type DuckDBValue,
} from "@duckdb/node-api";
import { micros, type KeyValue, type PartialCell, type Sql } from "@tesela/core";
import type { Cell, KeyRows, StoredRow } from "@tesela/online-store";
import { openSession, type SessionOptions } from "../engine/session.ts";

/** Keys that travel to the online store together. */
const KEYS_PER_BATCH = 500;

/**
 * Streams the rows of `pushSql` as batches of keys, each key with all its rows; memory holds one batch. The
 * columns are the keys, the time in microseconds, the cells.
 */
export async function* readKeyRows(
  session: SessionOptions,
  query: Sql,
  keyCount: number,
  signal: AbortSignal,
): AsyncGenerator<readonly KeyRows[]> {
  using opened = await openSession(session);
  using _interrupt = onAbort(signal, () => opened.connection.interrupt());
  const result = await opened.connection.stream(query.text);
  const batcher = new KeyBatcher(keyCount);
  for await (const chunk of result) {
    signal.throwIfAborted();
    batcher.add(chunk);
    if (batcher.size > KEYS_PER_BATCH) yield batcher.takeAllButLast();
  }
  yield batcher.takeAll();
}

/** A query that has not given its first rows yet looks at no signal. */
function onAbort(signal: AbortSignal, interrupt: () => void): Disposable {
  signal.addEventListener("abort", interrupt, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", interrupt) };
}

interface OpenGroup {
  readonly key: readonly KeyValue[];
  readonly rows: StoredRow[];
}

/** Groups rows that come sorted by key; the last key stays open until another one begins. */
class KeyBatcher {
  private readonly groups: OpenGroup[] = [];
  private readonly keyCount: number;

  constructor(keyCount: number) {
    this.keyCount = keyCount;
  }

  get size(): number {
    return this.groups.length;
  }

  /** Cells are taken out of the chunk's vectors: rows as arrays would be made to be taken apart again. */
  add(chunk: DuckDBDataChunk): void {
    const vectors = Array.from({ length: chunk.columnCount }, (_, column) => chunk.getColumnVector(column));
    const [keys, [times], cells] = [
      vectors.slice(0, this.keyCount),
      vectors.slice(this.keyCount, this.keyCount + 1),
      vectors.slice(this.keyCount + 1),
    ];
    for (let row = 0; row < chunk.rowCount; row++) {
      const key = keys.map((vector) => toCell(vector.getItem(row))) as KeyValue[];
      const last = this.groups.at(-1);
      const group = last !== undefined && sameKey(last.key, key) ? last : this.open(key);
      const time = times!.getItem(row);
      if (typeof time !== "bigint") continue;
      group.rows.push({ time: micros(time), cells: cells.map((vector) => toCell(vector.getItem(row))) });
    }
  }

  takeAllButLast(): readonly KeyRows[] {
    return this.groups.splice(0, this.groups.length - 1);
  }

  takeAll(): readonly KeyRows[] {
    return this.groups.splice(0);
  }

  private open(key: readonly KeyValue[]): OpenGroup {
    const group = { key, rows: [] };
    this.groups.push(group);
    return group;
  }
}

function sameKey(a: readonly KeyValue[], b: readonly KeyValue[]): boolean {
  return a.every((part, index) => samePart(part, b[index]!));
}

function samePart(a: KeyValue, b: KeyValue): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return a === b;
}

function toCell(value: DuckDBValue): Cell {
  if (typeof value !== "object") return value;
  return value instanceof DuckDBListValue ? value.items.map(toScalar) : toScalar(value);
}

function toScalar(value: DuckDBValue): PartialCell {
  if (value instanceof DuckDBBlobValue) return value.bytes;
  return value instanceof DuckDBTimestampValue ? value.micros : (value as PartialCell);
}
