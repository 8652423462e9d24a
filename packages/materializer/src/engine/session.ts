import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { quoteLiteral } from "@tesela/core";
import type { TaskLimits } from "./protocol.ts";

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
 * directory, limits set, configuration locked (ARCHITECTURE decision 9).
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const instance = await DuckDBInstance.create(":memory:", creationSettings(options));
  const connection = await instance.connect();
  for (const statement of lockDown(options)) await connection.run(statement);
  return {
    connection,
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function creationSettings(options: SessionOptions): Record<string, string> {
  return {
    threads: String(options.threads),
    memory_limit: `${options.memoryBytes}B`,
    temp_directory: options.tempDirectory,
    max_temp_directory_size: `${options.tempBytes}B`,
    preserve_insertion_order: String(options.preserveInsertionOrder),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    allow_unsigned_extensions: "false",
    allow_persistent_secrets: "false",
    enable_external_file_cache: "false",
  };
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
