import { TeselaError } from "@tesela/core";
import pg from "pg";

import { throwIfCancelled, within, type Deadline } from "../deadline.ts";
import { parseServerUrl, type ServerUrl } from "../server-url.ts";
import { columnTypes } from "./column-types.ts";
import { postgresError } from "./errors.ts";
import { LentPool, Loan } from "./lent-pool.ts";

const CONNECT_TIMEOUT_MS = 1_500;
const STATEMENT_TIMEOUT_MS = 60_000;

// Plans are made once and kept, perhaps while a partition is still empty: they must not scan it whole ever after.
const sessionSettings = "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan";

/** A named statement and its parameters. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A pool whose errors are ours and tell no secret, and whose operations end at a deadline. */
export class PostgresConnections {
  readonly #server: ServerUrl;
  readonly #url: string;
  readonly #size: number;
  #pool: LentPool | null = null;

  constructor(url: string, size: number) {
    this.#server = parseServerUrl("Postgres", url, ["postgres:", "postgresql:"]);
    this.#url = url;
    this.#size = size;
  }

  /** Makes the pool; connections are opened when first needed. */
  open(): void {
    this.#pool ??= new LentPool(openPool(this.#url, this.#size));
  }

  /** Lets what runs end, then closes every connection. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.end();
  }

  /** Runs one prepared statement; `bigint` columns come back as bigints. */
  async run<Row extends pg.QueryResultRow>(
    deadline: Deadline,
    statement: Statement,
  ): Promise<pg.QueryResult<Row>> {
    const query = { ...statement, values: [...statement.values], types: columnTypes };
    return this.use(deadline, (client) => client.query<Row>(query));
  }

  /** Lends one connection; after anything but an answer of the server (a deadline too) that connection is destroyed. */
  async use<T>(deadline: Deadline, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    throwIfCancelled(deadline.signal);
    if (this.#pool === null) throw notStarted();
    const loan = new Loan(this.#pool);
    try {
      return await within(loan.use(work), deadline);
    } catch (error) {
      loan.giveUp();
      throw postgresError(error, this.#server);
    }
  }

  /** Lends one connection for a transaction that commits when `work` is done and rolls back when it fails. */
  async transaction<T>(deadline: Deadline, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.use(deadline, async (client) => {
      await client.query("begin");
      try {
        const result = await work(client);
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback");
        throw error;
      }
    });
  }
}

function withSettings(href: string): string {
  const url = new URL(href);
  const options = [url.searchParams.get("options"), sessionSettings].filter((option) => option !== null);
  url.searchParams.set("options", options.join(" "));
  return url.href;
}

function openPool(url: string, size: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: withSettings(url),
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // To connect takes much longer than to read, and a read would wait for it.
    idleTimeoutMillis: 0,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    application_name: "tesela-online-store",
  });
  // A connection that is lost while idle leaves the pool by itself; whoever needs one next hears of the trouble.
  pool.on("error", () => undefined);
  // A connection that is lost while lent fails its query too: that error is the one that is reported.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

function notStarted(): TeselaError {
  return new TeselaError("UNAVAILABLE", "The online store (Postgres) is not started.", {
    fix: "Call start first.",
  });
}
