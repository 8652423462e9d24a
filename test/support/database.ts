import { randomBytes } from "node:crypto";
import pg from "pg";

async function runOnServer(pgUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: pgUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A pool of connections to a database that a test drops at the end. */
export function openPool(databaseUrl: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: databaseUrl, max });
  // The end of a pool does not wait for its connections: dropping the database may end them first.
  pool.on("error", () => undefined);
  return pool;
}

/** Creates an empty database on the server of `pgUrl` and returns its URL; the name is random unless given. */
export async function createDatabase(pgUrl: string, name?: string): Promise<string> {
  const database = name ?? `test_${randomBytes(8).toString("hex")}`;
  await runOnServer(pgUrl, `create database ${pg.escapeIdentifier(database)} template template0`);
  const url = new URL(pgUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** Drops the database that `databaseUrl` names, ending its connections; `pgUrl` must name another one of its server. */
export async function dropDatabase(pgUrl: string, databaseUrl: string): Promise<void> {
  const database = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  await runOnServer(pgUrl, `drop database if exists ${pg.escapeIdentifier(database)} with (force)`);
}
