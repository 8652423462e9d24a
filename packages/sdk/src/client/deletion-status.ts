import type { Attempt, Deletion, Job } from "@tesela/contract";
import type { FrameColumn } from "../frame/frame-schema.ts";
import type { FrameValue } from "../frame/frame-value.ts";
import { formatTable } from "../frame/table.ts";

/** A row of the status of deletions: one attempt of one job, or a job that waits for its first. */
export type DeletionStatusRow = Readonly<Record<string, FrameValue>>;

/** How to show the status of deletions. */
export interface DeletionStatusOptions {
  /** Whether ids, instants, numbers of keys and progress are shown too; false unless told. */
  readonly verbose?: boolean | undefined;
  /** Rows at most; 1,000 unless told. */
  readonly limit?: number | undefined;
  /** Columns to sort by, ascending; the newest job comes first unless told. */
  readonly sortColumns?: readonly string[] | undefined;
  /** Whether only what failed is shown; false unless told. */
  readonly errorsOnly?: boolean | undefined;
}

const COLUMNS = ["TYPE", "STORE", "STATUS", "ATTEMPT_NUMBER", "JOB_CREATED_AT", "JOB_LOGS"];
const MORE = ["JOB_ID", "DELETION_ID", "DELETED_BEFORE", "KEYS", "PHASE", "STARTED_AT", "ENDED_AT"];
const NUMBERS: ReadonlySet<string> = new Set(["ATTEMPT_NUMBER", "KEYS"]);

/** The status of deletions as rows; it prints as a table. */
export class DeletionStatus {
  readonly columns: readonly string[];
  readonly rows: readonly DeletionStatusRow[];
  /** What else may hold deleted keys. */
  readonly mayRemain: readonly string[];

  constructor(deletions: readonly Deletion[], options: DeletionStatusOptions = {}) {
    const { verbose = false, limit = 1_000, sortColumns = [], errorsOnly = false } = options;
    this.columns = verbose ? [...COLUMNS, ...MORE] : COLUMNS;
    const all = deletions.flatMap((one) => one.jobs.flatMap((job) => rowsOf(one, job)));
    const wanted = errorsOnly ? all.filter((row) => row["JOB_LOGS"] !== null) : all;
    this.rows = sorted(wanted, sortColumns)
      .slice(0, limit)
      .map((row) => Object.fromEntries(this.columns.map((name) => [name, row[name] ?? null])));
    this.mayRemain = deletions[0]?.mayRemain ?? [];
  }

  toString(): string {
    const columns = this.columns.map((name): FrameColumn => {
      return { name, type: NUMBERS.has(name) ? "int64" : "string" };
    });
    return formatTable(columns, this.rows, this.rows.length);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function rowsOf(deletion: Deletion, job: Job): DeletionStatusRow[] {
  const attempts = job.attempts.length === 0 ? [null] : job.attempts.toReversed();
  return attempts.map((attempt) => rowOf(deletion, job, attempt));
}

function rowOf(deletion: Deletion, job: Job, attempt: Attempt | null): DeletionStatusRow {
  return {
    TYPE: "DELETE",
    STORE: job.online ? "ONLINE" : "OFFLINE",
    STATUS: attempt?.state ?? job.state,
    ATTEMPT_NUMBER: attempt?.number ?? null,
    JOB_CREATED_AT: job.createdAt,
    JOB_LOGS: attempt?.error?.message ?? null,
    JOB_ID: job.id,
    DELETION_ID: deletion.id,
    DELETED_BEFORE: deletion.at,
    KEYS: deletion.keyCount,
    PHASE: job.progress.phase,
    STARTED_AT: attempt?.startedAt ?? null,
    ENDED_AT: attempt?.endedAt ?? null,
  };
}

function sorted(rows: readonly DeletionStatusRow[], columns: readonly string[]): DeletionStatusRow[] {
  return rows.toSorted((a, b) => {
    const column = columns.find((name) => a[name] !== b[name]);
    return column === undefined ? 0 : (a[column] ?? "") < (b[column] ?? "") ? -1 : 1;
  });
}
