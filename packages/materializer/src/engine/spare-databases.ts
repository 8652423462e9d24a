import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

/** An in-memory DuckDB that nobody has used yet. */
export interface Database {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

/** How long nobody has asked for one before others are opened: meanwhile tasks have the processors. */
const REST_MS = 50;

/**
 * Databases opened ahead of whoever needs one, because opening one takes longer than most small statements.
 * Each is handed out once: what one task did to its database no other task can see.
 */
export class SpareDatabases {
  readonly #count: number;
  readonly #spares: Promise<Database>[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Opens so many at once. */
  constructor(count: number) {
    this.#count = count;
    this.#refill();
  }

  /** One that is new. */
  take(): Promise<Database> {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refill(), REST_MS).unref();
    return this.#spares.shift() ?? openDatabase();
  }

  #refill(): void {
    while (this.#spares.length < this.#count) this.#spares.push(openAhead());
  }
}

/** Opens a database as all of them begin; what a session may do is set while it opens. */
export async function openDatabase(): Promise<Database> {
  // One thread, so that a spare has none that waits.
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    allow_unsigned_extensions: "false",
  });
  return { instance, connection: await instance.connect() };
}

/** A failure is told to whoever takes it, and to nobody before. */
function openAhead(): Promise<Database> {
  const opening = openDatabase();
  opening.catch(() => undefined);
  return opening;
}
