import { id, text } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import type { EpochMicros } from "../time/instant.ts";
import type { JoinKey } from "../value/key.ts";
import type { KeyType, KeyValue } from "../value/value-type.ts";

/** A key that was deleted: its rows before an instant are hidden for good (TIME T17). */
export interface DeletedKey {
  /** In the order of the join keys. */
  readonly key: readonly KeyValue[];
  readonly before: EpochMicros;
  /** The deletion; later ones have greater ids. */
  readonly deletionId: bigint;
}

/** Deleted keys of a view. */
export interface DeletedKeys {
  readonly joinKeys: readonly JoinKey[];
  readonly keys: readonly DeletedKey[];
}

/** No key was deleted. */
export const NO_DELETED_KEYS: DeletedKeys = { joinKeys: [], keys: [] };

const BEFORE = "__deleted_before";

/**
 * The rows that no deletion hides (TIME T17): those of deleted keys with a time before their deletion are left
 * out. `time` is the column of a row's time: of a tile its start, so a tile that holds the instant goes as a whole.
 */
export function withoutDeletedSql(rows: Sql, time: string, deleted: DeletedKeys): Sql {
  return deleted.keys.length === 0 ? rows : sql`select r.* from ${joined(rows, time, deleted, sql`anti`)}`;
}

/** The other rows: those that are hidden. */
export function deletedRowsSql(rows: Sql, time: string, deleted: DeletedKeys): Sql {
  if (deleted.keys.length === 0) return sql`select * from (${rows}) where false`;
  return sql`select r.* from ${joined(rows, time, deleted, sql`semi`)}`;
}

/** The deleted keys themselves, by the names of the join keys; at least one. */
export function deletedKeysSql(deleted: DeletedKeys): Sql {
  const keys = deleted.joinKeys.map(({ name }, index) => sql`${id(keyName(index))} as ${id(name)}`);
  return sql`select ${join(keys)} from (${relationSql(deleted)})`;
}

function joined(rows: Sql, time: string, deleted: DeletedKeys, kind: Sql): Sql {
  const same = deleted.joinKeys.map(({ name }, index) => sql`${id("r", name)} = ${id("d", keyName(index))}`);
  return sql`(${rows}) as r
${kind} join (${relationSql(deleted)}) as d
  on ${join([...same, sql`${id("r", time)} < ${id("d", BEFORE)}`], " and ")}`;
}

function keyName(index: number): string {
  return `__deleted_${index}`;
}

/** One text per column, cut up by DuckDB: a list of many literals takes long to parse. */
function relationSql({ joinKeys, keys }: DeletedKeys): Sql {
  const parts = joinKeys.map(({ type }, index) => {
    const texts = keys.map(({ key }) => printed(key[index]!));
    return sql`${readers[type](listed(texts))} as ${id(keyName(index))}`;
  });
  const before = listed(keys.map((one) => String(one.before)));
  return sql`select ${join([...parts, sql`make_timestamp(${before}::bigint) as ${id(BEFORE)}`])}`;
}

function listed(texts: readonly string[]): Sql {
  return sql`unnest(string_split(${text(texts.join(","))}, ','))`;
}

function printed(value: KeyValue): string {
  if (typeof value === "bigint") return String(value);
  return hexOf(typeof value === "string" ? new TextEncoder().encode(value) : value);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const readers: Readonly<Record<KeyType, (part: Sql) => Sql>> = {
  int64: (part) => sql`${part}::bigint`,
  string: (part) => sql`decode(unhex(${part}))`,
  bytes: (part) => sql`unhex(${part})`,
};
