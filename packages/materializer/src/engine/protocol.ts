/** One column: its name and DuckDB's text for its type. */
export interface TypedColumn {
  readonly name: string;
  readonly type: string;
}

/** A relation that user SQL may name. */
export interface Relation {
  readonly name: string;
  readonly columns: readonly TypedColumn[];
}

/** User SQL to be checked against the relations it may read. */
export interface CheckRequest {
  readonly sql: string;
  readonly relations: readonly Relation[];
  /** Whether every output row must come from exactly one source row (TIME T16). */
  readonly rowWise: boolean;
}

/** The verdict on user SQL; `normalizedSql` is the text to run, `parsedForm` the text to fingerprint. */
export type CheckResult =
  | {
      readonly verdict: "accepted";
      readonly normalizedSql: string;
      readonly parsedForm: string;
      readonly columns: readonly TypedColumn[];
    }
  | {
      readonly verdict: "refused";
      readonly code: "INVALID_SQL" | "SQL_NOT_ALLOWED";
      readonly problems: readonly string[];
    };

/** One trusted statement; its rows come back only where `rows` says so. */
export interface Statement {
  readonly sql: string;
  readonly rows?: boolean;
}

/** Trusted statements that run in order on one connection. */
export interface RunRequest {
  readonly statements: readonly Statement[];
  /** Exact absolute paths that may be read or written; nothing else is reachable. */
  readonly files: readonly string[];
  readonly memoryBytes?: number;
  readonly tempBytes?: number;
  readonly threads?: number;
  /** Default true. */
  readonly preserveInsertionOrder?: boolean;
}

/** A value of a row: timestamps are epoch microseconds, other types without a JavaScript twin are text. */
export type WireValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly WireValue[]
  | { readonly [field: string]: WireValue };

/** What the statements gave, one entry a statement; null where no rows were asked for. */
export interface RunResult {
  readonly results: readonly (readonly (readonly WireValue[])[] | null)[];
  readonly stats: { readonly elapsedMs: number };
}

/** The limits and places of one task, all resolved. */
export interface TaskLimits {
  readonly memoryBytes: number;
  readonly tempBytes: number;
  readonly threads: number;
  readonly tempDirectory: string;
}

/** A task as it travels to the child. */
export type Task =
  | { readonly kind: "check"; readonly request: CheckRequest; readonly limits: TaskLimits }
  | { readonly kind: "run"; readonly request: RunRequest; readonly limits: TaskLimits };

/** Parent to child. */
export type ToChild =
  | { readonly kind: "task"; readonly id: number; readonly task: Task }
  | { readonly kind: "cancel"; readonly id: number };

/** Why a task failed: DuckDB said so, too many rows came back, or the process outgrew its memory. */
export interface TaskFailure {
  readonly reason: "duckdb" | "rows" | "memory";
  readonly message: string;
  /** Which statement of a run failed, counted from zero; null where none did. */
  readonly statement: number | null;
}

/** Child to parent. */
export type FromChild =
  | { readonly kind: "done"; readonly id: number; readonly value: CheckResult | RunResult }
  | { readonly kind: "failed"; readonly id: number; readonly failure: TaskFailure }
  | { readonly kind: "progress"; readonly id: number; readonly percentage: number };
