import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

/** An in-memory DuckDB that nobody has used yet. */
export interface Database {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

/**
 * Databases opened ahead of whoever needs one, because opening one takes longer than most small statements.
 * Each is handed out once: what one task did to its database no other task can see.
 */
export class SpareDatabases {
  readonly #spares: Promise<Database>[];

  constructor(count: number) {
    this.#spares = Array.from({ length: count }, openAhead);
  }

  /** One that is new, and begins to open the one after it. */
  take(): Promise<Database> {
    this.#spares.push(openAhead());
    return this.#spares.shift()!;
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
