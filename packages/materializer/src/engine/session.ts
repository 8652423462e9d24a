import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteLiteral } from "@tesela/core";
import type { TaskLimits } from "./protocol.ts";
import { openDatabase, type Database } from "./spare-databases.ts";

/** A connection to a fresh in-memory DuckDB of its own; disposing closes both. */
export interface Session extends Disposable {
  readonly connection: DuckDBConnection;
}

/** What a session may do beyond its limits. */
export interface SessionOptions extends TaskLimits {
  readonly files: readonly string[];
  readonly preserveInsertionOrder: boolean;
  /** Names of DuckDB's optimizers to do without; none unless told. */
  readonly disabledOptimizers?: readonly string[];
}

/**
 * Opens a locked-down DuckDB: UTC, no extensions, no network, no file but `files` and the private temp
 * directory, limits set, configuration locked (ARCHITECTURE decision 9). A database that was opened ahead must
 * be unused.
 */
export async function openSession(
  options: SessionOptions,
  database: Promise<Database> = openDatabase(),
): Promise<Session> {
  const { instance, connection } = await database;
  const session = {
    connection,
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
  try {
    for (const statement of [...limit(options), ...lockDown(options)]) await connection.run(statement);
    return session;
  } catch (error) {
    session[Symbol.dispose]();
    throw error;
  }
}

function limit(options: SessionOptions): readonly string[] {
  const temporary = quoteLiteral(options.tempDirectory);
  return [
    `set threads = ${options.threads}`,
    `set memory_limit = '${options.memoryBytes}B'`,
    `set temp_directory = ${temporary}`,
    `set max_temp_directory_size = '${options.tempBytes}B'`,
    `set preserve_insertion_order = ${options.preserveInsertionOrder}`,
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set allow_community_extensions = false",
    "set allow_persistent_secrets = false",
    "set enable_external_file_cache = false",
  ];
}

// The order matters: paths can be allowed only while access is open, and locking comes last.
function lockDown({ files, disabledOptimizers = [] }: SessionOptions): readonly string[] {
  return [
    "set TimeZone = 'UTC'",
    "set Calendar = 'gregorian'",
    "set enable_progress_bar = true",
    "set enable_progress_bar_print = false",
    `set disabled_optimizers = ${quoteLiteral(disabledOptimizers.join(","))}`,
    `set allowed_paths = [${files.map(quoteLiteral).join(", ")}]`,
    "set enable_external_access = false",
    "set lock_configuration = true",
  ];
}
