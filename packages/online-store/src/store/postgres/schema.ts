import { quoteIdentifier, TeselaError } from "@tesela/core";

const VALUE = "online_value";
const MARKER = "online_marker";

/** Every name of the online store in Postgres, quoted but for `names`. */
export interface Tables {
  readonly schema: string;
  readonly value: string;
  readonly marker: string;
  /** The partition of a generation that was checked to be an integer. */
  partition(generation: number): string;
  /** The bare names, for looking into the catalogue. */
  readonly names: {
    readonly schema: string;
    readonly value: string;
    readonly marker: string;
    partition(generation: number): string;
  };
}

/** The store's tables in a schema (lower-case letters, digits, underscores; else `MISCONFIGURED`). */
export function tablesOf(schema: string): Tables {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new TeselaError(
      "MISCONFIGURED",
      `The Postgres schema name ${JSON.stringify(schema)} is not allowed.`,
      {
        fix: "Use at most 63 lower-case letters, digits and underscores.",
      },
    );
  }
  const quoted = (table: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const partition = (generation: number) => `${VALUE}_${generation}`;
  return {
    schema: quoteIdentifier(schema),
    value: quoted(VALUE),
    marker: quoted(MARKER),
    partition: (generation) => quoted(partition(generation)),
    names: { schema, value: VALUE, marker: MARKER, partition },
  };
}

/** Creates what is missing of the schema. Values are packed already: `external` keeps them uncompressed, so that a stamp is read without the rest. */
export function createTablesSql({ schema, value, marker }: Tables): string {
  return `
create schema if not exists ${schema};
create table if not exists ${marker} (
  generation int primary key,
  commit_seq bigint not null,
  edge bigint,
  retained_from bigint,
  epoch text not null,
  hidden bigint not null default 0
) with (fillfactor = 50);
create table if not exists ${value} (
  generation int not null,
  key bytea not null,
  level smallint not null,
  chunk int not null,
  value bytea not null,
  primary key (generation, key, level, chunk)
) partition by list (generation);
alter table ${value}
  alter column key set storage plain,
  alter column value set storage external;`;
}

/** Makes a marker of an earlier release one that knows of hidden keys. */
export function addHiddenSql({ marker }: Tables): string {
  return `
alter table ${marker}
  add column if not exists hidden bigint not null default 0`;
}

/**
 * Creates the partition of a generation. Reads wait meanwhile: attaching a finished table would let them go on, but of a
 * few hundred that begin afterwards one does not see it yet, and finds nothing beside a marker that says all is there.
 */
export function createPartitionSql(tables: Tables, generation: number): string {
  return `
create table ${tables.partition(generation)}
  partition of ${tables.value} for values in (${generation})
  with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);`;
}

/** Drops a generation's marker and partition. */
export function dropPartitionSql(tables: Tables, generation: number): string {
  return `
delete from ${tables.marker}
where generation = ${generation};
drop table if exists ${tables.partition(generation)};`;
}
