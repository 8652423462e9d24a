import type { Tables } from "./schema.ts";

/** A statement that is prepared once per connection, under its name. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** The reads of one table of values. */
export interface ReadStatements {
  readonly attributes: Prepared;
  readonly one: Prepared;
  readonly many: Prepared;
}

/** Reads of generations that differ, or of one that has no partition: Postgres locks every partition for each of them. */
export function readsOfAll(tables: Tables): ReadStatements {
  return readsOf(tables, tables.value, "all");
}

/** Reads of one generation, of its partition alone. */
export function readsOfGeneration(tables: Tables, generation: number): ReadStatements {
  return readsOf(tables, tables.partition(generation), String(generation));
}

function readsOf({ marker }: Tables, value: string, suffix: string): ReadStatements {
  const prepared = (name: string, text: string): Prepared => ({ name: `tesela_${name}_${suffix}`, text });
  return {
    attributes: prepared("read_attributes", attributesSql(value, marker)),
    one: prepared("read_one", oneSql(value, marker)),
    many: prepared("read_many", manySql(value, marker)),
  };
}

/** A marker as one text, which is read faster than five columns and taken apart by `MarkerTexts`. */
function markerOf(table: string, generation: string): string {
  return `(
    select format('%s/%s/%s/%s/%s', m.commit_seq, m.edge, m.retained_from, m.hidden, m.epoch)
    from ${table} m
    where m.generation = ${generation}
  ) as marker`;
}

/** `$1` generation, `$2` key: a row for each value of the key, which has few, or one without; each with the marker. */
function attributesSql(value: string, marker: string): string {
  return `
select
  ${markerOf(marker, "$1::int")},
  v.level,
  v.value
from (select) as always
left join ${value} v on v.generation = $1::int and v.key = $2::bytea`;
}

/** `$1` generation, `$2` key, `$3` levels, `$4` chunks: a row per chunk, in order, each with the marker. */
function oneSql(value: string, marker: string): string {
  return `
select
  ${markerOf(marker, "$1::int")},
  (
    select v.value
    from ${value} v
    where v.generation = $1::int and v.key = $2::bytea and v.level = w.level and v.chunk = w.chunk
  ) as value
from unnest($3::smallint[], $4::int[]) with ordinality as w (level, chunk, position)
order by w.position`;
}

/** `$1` generations, `$2` keys, `$3` levels, `$4` chunks, all of one length: a row for each, in order, each with its marker. */
function manySql(value: string, marker: string): string {
  return `
select
  ${markerOf(marker, "w.generation")},
  (
    select v.value
    from ${value} v
    where v.generation = w.generation and v.key = w.key and v.level = w.level and v.chunk = w.chunk
  ) as value
from unnest($1::int[], $2::bytea[], $3::smallint[], $4::int[])
  with ordinality as w (generation, key, level, chunk, position)
order by w.position`;
}
