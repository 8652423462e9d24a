import { createHash } from "node:crypto";
import pg from "pg";
import { unavailableOr } from "./connection-error.ts";
import { openPrisma, type Prisma } from "./prisma.ts";
import type { Statement } from "./statement.ts";

/** Runs statements; the caller names the type of the rows that its own select list gives. */
export interface Queries {
  rows<Row>(statement: Statement): Promise<Row[]>;
  first<Row>(statement: Statement): Promise<Row | null>;
  /** How many rows it touched. */
  run(statement: Statement): Promise<number>;
}

/** The registry's connections: Prisma for ordinary reads and writes, statements for the ledger. */
export interface Database extends Queries {
  readonly prisma: Prisma;
  /** All or nothing; what `work` throws rolls back. */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;

const INT8: number = pg.types.builtins.INT8;

/** int8 columns are bigint; all else as pg reads it. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format: "text" | "binary" = "text"): (text: string) => unknown {
    return oid === INT8 ? BigInt : (pg.types.getTypeParser(oid, format) as (text: string) => unknown);
  },
};

/** Of a broken connection the next statement says what is wrong. */
const ignore = (): void => {};

/** Opens a pool; connects on first use. */
export function openDatabase(databaseUrl: string, poolSize: number): Database {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types,
  });
  pool.on("error", ignore);
  const prisma = openPrisma(pool);
  return {
    prisma,
    ...queriesOn(pool),
    transaction: (work) => transaction(pool, work),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

function queriesOn(target: pg.Pool | pg.PoolClient): Queries {
  const query = async (statement: Statement) => {
    try {
      return await target.query({
        name: nameOf(statement.text),
        text: statement.text,
        values: [...statement.values],
      });
    } catch (error) {
      throw unavailableOr(error);
    }
  };
  return {
    rows: async <Row>(statement: Statement) => (await query(statement)).rows as Row[],
    first: async <Row>(statement: Statement) => ((await query(statement)).rows[0] ?? null) as Row | null,
    run: async (statement) => (await query(statement)).rowCount ?? 0,
  };
}

/** The server plans a text once per connection and knows it again by this. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash("sha256").update(text).digest("base64url");
  names.set(text, name);
  return name;
}

/** Texts are written in the code, values are bound: there are as many as the code has. */
const names = new Map<string, string>();

async function transaction<T>(pool: pg.Pool, work: (tx: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw unavailableOr(error);
  });
  client.on("error", ignore);
  try {
    await client.query("begin");
    const result = await work(queriesOn(client));
    await client.query("commit");
    giveBack(client);
    return result;
  } catch (error) {
    await rollBack(client);
    throw unavailableOr(error);
  }
}

async function rollBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query("rollback");
    giveBack(client);
  } catch {
    giveBack(client, true);
  }
}

function giveBack(client: pg.PoolClient, isBroken = false): void {
  client.off("error", ignore);
  client.release(isBroken);
}
