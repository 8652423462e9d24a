import { quoteIdentifier, TeselaError } from "@tesela/core";

const VALUE = "online_value";

/** Every name of the online store in Postgres, quoted but for `names`. */
export interface Tables {
  readonly schema: string;
  readonly value: string;
  readonly marker: string;
  /** The partition of a generation that was checked to be an integer. */
  partition(generation: number): string;
  /** The bare names, for looking into the catalogue. */
  readonly names: { readonly schema: string; readonly value: string; partition(generation: number): string };
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
    marker: quoted("online_marker"),
    partition: (generation) => quoted(partition(generation)),
    names: { schema, value: VALUE, partition },
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
  epoch text not null
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

/** Creates the partition of a generation. Attaching a finished table, unlike `partition of`, lets reads go on. */
export function createPartitionSql(tables: Tables, generation: number): string {
  const partition = tables.partition(generation);
  return `
create table ${partition} (like ${tables.value} including all)
  with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
alter table ${tables.value}
  attach partition ${partition} for values in (${generation});`;
}

/** Drops a generation's marker and partition. */
export function dropPartitionSql(tables: Tables, generation: number): string {
  return `
delete from ${tables.marker}
where generation = ${generation};
drop table if exists ${tables.partition(generation)};`;
}
