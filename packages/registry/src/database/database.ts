import pg from "pg";
import { unavailableOr } from "./connection-error.ts";
import { openPrisma, type Prisma } from "./prisma.ts";
import type { Statement } from "./statement.ts";
import { createStatementNames, isOutdatedPlan, type StatementNames } from "./statement-names.ts";

/** Runs statements; the caller names the type of the rows that its own select list gives. */
export interface Queries {
  rows<Row>(statement: Statement): Promise<Row[]>;
  first<Row>(statement: Statement): Promise<Row | null>;
  /** How many rows it touched. */
  run(statement: Statement): Promise<number>;
}

/** The registry's connections: Prisma for ordinary reads and writes, statements for the ledger. */
export interface Database extends Queries {
  /** Made when it is first asked for: a worker never asks. */
  readonly prisma: Prisma;
  /**
   * All or nothing; what `work` throws rolls back. It is run again where a migration has come between. Statements that
   * are given at once, with `Promise.all`, are sent at once and run in that order, each seeing what those before it
   * have done; only single statements may be, for what follows upon one would still run after another has failed.
   */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** How often work that meets outdated plans is begun: several migrations may come one after the other. */
const MOST_TRIES = 3;

const INT8: number = pg.types.builtins.INT8;

/** int8 columns are bigint; all else as pg reads it. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format: "text" | "binary" = "text"): (text: string) => unknown {
    return oid === INT8 ? BigInt : (pg.types.getTypeParser(oid, format) as (text: string) => unknown);
  },
};

/**
 * Of a broken connection the next statement says what is wrong. It is heard from the first to the last: the pool does not
 * listen between giving a connection out and its first statement.
 */
const ignore = (): void => {};

/** Opens a pool; connects on first use. */
export function openDatabase(databaseUrl: string, poolSize: number): Database {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    pipeline: true,
    keepAlive: true,
    types,
  });
  pool.on("error", ignore);
  pool.on("connect", (client) => client.on("error", ignore));
  let prisma: Prisma | null = null;
  const names = createStatementNames();
  const queries = queriesOn(pool, names);
  return {
    get prisma() {
      return (prisma ??= openPrisma(pool));
    },
    rows: (statement) => withFreshPlans(() => queries.rows(statement)),
    first: (statement) => withFreshPlans(() => queries.first(statement)),
    run: (statement) => withFreshPlans(() => queries.run(statement)),
    transaction: (work) => withFreshPlans(() => transaction(pool, names, work)),
    close: async () => {
      await prisma?.$disconnect();
      await pool.end();
    },
  };
}

function queriesOn(target: pg.Pool | pg.PoolClient, names: StatementNames): Queries {
  const query = async ({ text, values }: Statement) => {
    const name = names.nameOf(text);
    try {
      return await target.query({ name, text, values: [...values] });
    } catch (error) {
      throw names.outdatedBy(error, name) ? error : unavailableOr(error);
    }
  };
  return {
    rows: async <Row>(statement: Statement) => (await query(statement)).rows as Row[],
    first: async <Row>(statement: Statement) => ((await query(statement)).rows[0] ?? null) as Row | null,
    run: async (statement) => (await query(statement)).rowCount ?? 0,
  };
}

/** A plan that a migration has outdated fails before anything is done, and a transaction as a whole. */
async function withFreshPlans<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === MOST_TRIES || !isOutdatedPlan(error)) throw error;
    }
  }
}

async function transaction<T>(
  pool: pg.Pool,
  names: StatementNames,
  work: (tx: Queries) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw unavailableOr(error);
  });
  try {
    await client.query("begin");
    const result = await work(queriesOn(client, names));
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    await rollBack(client);
    throw unavailableOr(error);
  }
}

async function rollBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query("rollback");
    client.release();
  } catch {
    client.release(true);
  }
}
