import { INDEX_LEVEL } from "./address.ts";
import type { Tables } from "./schema.ts";

/** The statements of one schema, each fixed text, so that each is prepared once per connection. */
export interface Statements {
  readonly write: string;
  readonly writeMarker: string;
  readonly writeHidden: string;
  readonly listChunks: string;
  readonly readMembers: string;
  readonly removeMembers: string;
  readonly totalBytes: string;
}

/** The statements on these tables. */
export function statementsOf(tables: Tables): Statements {
  return {
    write: writeSql(tables),
    writeMarker: writeMarkerSql(tables),
    writeHidden: writeHiddenSql(tables),
    listChunks: listChunksSql(tables),
    readMembers: readMembersSql(tables),
    removeMembers: removeMembersSql(tables),
    totalBytes: totalBytesSql(tables),
  };
}

/** `$1` generation, `$2` keys, `$3` levels, `$4` chunks, `$5` values: changes as many rows as were not refused. */
function writeSql({ value }: Tables): string {
  return `
insert into ${value} (generation, key, level, chunk, value)
select $1::int, w.key, w.level, w.chunk, w.value
from unnest($2::bytea[], $3::smallint[], $4::int[], $5::bytea[]) as w (key, level, chunk, value)
on conflict (generation, key, level, chunk) do update
set value = excluded.value
where substring(online_value.value from 2 for 8) <= substring(excluded.value from 2 for 8)`;
}

/** `$1` generation, `$2` commit_seq, `$3` edge, `$4` retained_from, `$5` epoch: changes a row, or none if refused. */
function writeMarkerSql({ marker }: Tables): string {
  return `
insert into ${marker} (generation, commit_seq, edge, retained_from, epoch)
values ($1, $2, $3, $4, $5)
on conflict (generation) do update
set
  commit_seq = excluded.commit_seq,
  edge = excluded.edge,
  retained_from = excluded.retained_from,
  epoch = excluded.epoch
where online_marker.commit_seq <= excluded.commit_seq`;
}

/** `$1` generation, `$2` stamp of hidden keys: changes a row, or none if there is no marker. */
function writeHiddenSql({ marker }: Tables): string {
  return `
update ${marker}
set hidden = greatest(hidden, $2)
where generation = $1`;
}

/** `$1` generation, `$2` keys: the level and chunk of each value, with its key's position from 1 on. */
function listChunksSql({ value }: Tables): string {
  return `
select w.position::int as position, v.level, v.chunk
from unnest($2::bytea[]) with ordinality as w (key, position)
join ${value} v on v.generation = $1::int and v.key = w.key`;
}

/** `$1` generation, `$2` and `$3` range of an index, `$4` least instant, `$5` limit: the keys of its members. */
function readMembersSql({ value }: Tables): string {
  return `
select v.key
from ${value} v
where v.generation = $1::int
  and v.key >= $2::bytea
  and v.key < $3::bytea
  and v.level = ${INDEX_LEVEL}
  and substring(v.value from 2 for 8) >= $4::bytea
limit $5`;
}

/** `$1` generation, `$2` and `$3` ranges of members, `$4` the instants that are late enough for one to stay. */
function removeMembersSql({ value }: Tables): string {
  return `
delete from ${value} v
using unnest($2::bytea[], $3::bytea[], $4::bytea[]) as w (lower, upper, before)
where v.generation = $1::int
  and v.key >= w.lower
  and v.key < w.upper
  and v.level = ${INDEX_LEVEL}
  and substring(v.value from 2 for 8) < w.before`;
}

/** The bytes of all partitions with their indexes. */
function totalBytesSql({ value }: Tables): string {
  return `
select
  current_setting('server_version') as version,
  coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint as bytes
from pg_inherits
where inhparent = '${value}'::regclass`;
}
