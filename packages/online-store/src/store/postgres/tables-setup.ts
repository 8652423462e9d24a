import { TeselaError } from "@tesela/core";
import type { PoolClient } from "pg";

import type { Deadline } from "../deadline.ts";
import type { PostgresConnections } from "./connections.ts";
import {
  addHiddenSql,
  createPartitionSql,
  createTablesSql,
  dropPartitionSql,
  type Tables,
} from "./schema.ts";

// Any number that no other advisory lock of the platform uses.
const DDL_LOCK = 7_230_114_905;
/** How often a partition is tried to be made while long reads hold the tables. */
const MOST_TRIES = 5;
const LOCK_NOT_AVAILABLE = "55P03";

/** Creates the store's tables where they are missing; several processes may do so at once. */
export async function createTables(
  connections: PostgresConnections,
  tables: Tables,
  deadline: Deadline,
): Promise<void> {
  await changeTables(connections, deadline, async (client) => {
    if (!(await exists(client, tables, tables.names.value))) await client.query(createTablesSql(tables));
    else if (!(await knowsHidden(client, tables))) await client.query(addHiddenSql(tables));
  });
}

/** Creates a generation's partition where it is missing. */
export async function createPartition(
  connections: PostgresConnections,
  tables: Tables,
  generation: number,
  deadline: Deadline,
): Promise<void> {
  const partition = tables.names.partition(generation);
  if (await connections.use(deadline, (client) => exists(client, tables, partition))) return;
  for (let tries = 1; ; tries++) {
    try {
      await changeTables(connections, deadline, async (client) => {
        if (await exists(client, tables, partition)) return;
        await client.query(createPartitionSql(tables, generation));
      });
      return;
    } catch (error) {
      if (tries === MOST_TRIES || !isHeld(error)) throw error;
    }
  }
}

/** Whether somebody else held a table for too long. */
function isHeld(error: unknown): boolean {
  return error instanceof TeselaError && error.details["state"] === LOCK_NOT_AVAILABLE;
}

/** Drops a generation's marker and partition; `TIMEOUT`, with nothing changed, while long reads or writes hold the tables. */
export async function dropPartition(
  connections: PostgresConnections,
  tables: Tables,
  generation: number,
  deadline: Deadline,
): Promise<void> {
  await changeTables(connections, deadline, (client) => client.query(dropPartitionSql(tables, generation)));
}

// One change at a time; and none may wait long for its table lock, since every read queues up behind it.
async function changeTables(
  connections: PostgresConnections,
  deadline: Deadline,
  change: (client: PoolClient) => Promise<unknown>,
): Promise<void> {
  await connections.transaction(deadline, async (client) => {
    await client.query("select pg_advisory_xact_lock($1)", [DDL_LOCK]);
    await client.query("set local lock_timeout = '1s'");
    // A process that is frozen in between must not keep the lock, and every read behind it, for long.
    await client.query("set local idle_in_transaction_session_timeout = '2s'");
    await change(client);
  });
}

// Asked first, as changing a table, even to what it is, waits until nobody reads it.
async function knowsHidden(client: PoolClient, { names }: Tables): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from information_schema.columns
    where table_schema = $1 and table_name = $2 and column_name = 'hidden'`,
    [names.schema, names.marker],
  );
  return rowCount === 1;
}

// Not `to_regclass`: within a transaction it may remember that the table was missing before the lock was ours.
async function exists(client: PoolClient, { names }: Tables, table: string): Promise<boolean> {
  const { rowCount } = await client.query("select from pg_tables where schemaname = $1 and tablename = $2", [
    names.schema,
    table,
  ]);
  return rowCount === 1;
}
