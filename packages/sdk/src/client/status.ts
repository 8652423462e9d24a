import type { Attempt, Job } from "@tesela/contract";
import { TeselaError, type JobType } from "@tesela/core";
import type { FrameColumn } from "../frame/frame-schema.ts";
import type { FrameValue } from "../frame/frame-value.ts";
import { formatTable } from "../frame/table.ts";

/** How to show the status of materialization. */
export interface MaterializationStatusOptions {
  /** Whether ids, stores, workers, times, rows and progress are shown too; false unless told. */
  readonly verbose?: boolean | undefined;
  /** Jobs at most, the newest; 1,000 unless told. */
  readonly limit?: number | undefined;
  /** Columns to sort by, ascending, as a list or as text with commas; the newest job comes first unless told. */
  readonly sortColumns?: string | readonly string[] | undefined;
  /** Whether only attempts and jobs that failed are shown; false unless told. */
  readonly errorsOnly?: boolean | undefined;
}

const COLUMNS = [
  "TYPE",
  "WINDOW_START_TIME",
  "WINDOW_END_TIME",
  "STATUS",
  "ATTEMPT_NUMBER",
  "JOB_CREATED_AT",
  "JOB_LOGS",
] as const;
const MORE = [
  "JOB_ID",
  "JOB_STATE",
  "TRIGGER",
  "ONLINE",
  "OFFLINE",
  "OVERWRITE",
  "PHASE",
  "FRACTION",
  "ROWS",
  "BYTES",
  "ATTEMPT_STARTED_AT",
  "ATTEMPT_ENDED_AT",
  "WORKER_ID",
  "RETRY_AT",
] as const;
const NUMBERS: ReadonlySet<string> = new Set(["ATTEMPT_NUMBER", "FRACTION", "ROWS", "BYTES"]);

/** A row of the status: one attempt of a job, or a job that waits for its first. */
export type MaterializationStatusRow = Readonly<Record<(typeof COLUMNS)[number], FrameValue>> &
  Readonly<Partial<Record<(typeof MORE)[number], FrameValue>>>;

/** The types of jobs that bring rows into a view; the others have a status of their own. */
const MATERIALIZING: ReadonlySet<JobType> = new Set(["batch", "ingest"]);

/** The status of materialization as rows, one for each attempt; it prints as a table. */
export class MaterializationStatus {
  readonly columns: readonly string[];
  readonly rows: readonly MaterializationStatusRow[];

  constructor(jobs: readonly Job[], options: MaterializationStatusOptions) {
    const { verbose = false, errorsOnly = false } = options;
    this.columns = verbose ? [...COLUMNS, ...MORE] : COLUMNS;
    const sortColumns = sortColumnsOf(options, this.columns);
    const rows = jobs.flatMap(rowsOf).filter((row) => !errorsOnly || isFailed(row));
    this.rows = sorted(rows, sortColumns).map((row) => pick(row, this.columns));
  }

  toString(): string {
    const columns = this.columns.map((name): FrameColumn => {
      return { name, type: NUMBERS.has(name) ? "int64" : "string" };
    });
    const shown = this.rows.map((row) => ({ ...row, ...blankOf(row) }));
    return formatTable(columns, shown, shown.length);
  }

  toJSON(): readonly MaterializationStatusRow[] {
    return this.rows;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** The status of the newest of some jobs, which come newest first; the others are not asked for. */
export async function materializationStatusOf(
  jobs: AsyncIterable<Job>,
  options: MaterializationStatusOptions,
): Promise<MaterializationStatus> {
  const { limit = 1_000, errorsOnly = false } = options;
  const shown: Job[] = [];
  if (limit > 0) {
    for await (const job of jobs) {
      if (MATERIALIZING.has(job.type) && (!errorsOnly || hasFailed(job))) shown.push(job);
      if (shown.length >= limit) break;
    }
  }
  return new MaterializationStatus(shown, options);
}

/** What is absent is blank in print, where a person reads it. */
function blankOf(row: MaterializationStatusRow): Readonly<Record<string, FrameValue>> {
  const absent = Object.entries(row).filter(([, value]) => value === null);
  return Object.fromEntries(absent.map(([name]) => [name, ""]));
}

function hasFailed(job: Job): boolean {
  return rowsOf(job).some(isFailed);
}

function isFailed({ STATUS, JOB_LOGS }: MaterializationStatusRow): boolean {
  return JOB_LOGS !== null || STATUS === "FAILURE" || STATUS === "LOST";
}

function rowsOf(job: Job): MaterializationStatusRow[] {
  const attempts = job.attempts.length === 0 ? [null] : job.attempts.toReversed();
  return attempts.map((attempt) => rowOf(job, attempt));
}

function rowOf(job: Job, attempt: Attempt | null): MaterializationStatusRow {
  const isLast = attempt === null || attempt === job.attempts.at(-1);
  const { phase, fraction, rows, bytes } = job.progress;
  const error = attempt === null ? job.error : attempt.error;
  return {
    TYPE: job.type.toUpperCase(),
    WINDOW_START_TIME: job.startTime,
    WINDOW_END_TIME: job.endTime,
    STATUS: attempt?.state ?? job.state,
    ATTEMPT_NUMBER: attempt?.number ?? null,
    JOB_CREATED_AT: job.createdAt,
    JOB_LOGS: error === null ? null : `${error.code}: ${error.message}`,
    JOB_ID: job.id,
    JOB_STATE: job.state,
    TRIGGER: job.trigger,
    ONLINE: job.online,
    OFFLINE: job.offline,
    OVERWRITE: job.overwrite,
    PHASE: isLast ? phase : null,
    FRACTION: isLast ? fraction : null,
    ROWS: attempt?.rows ?? (isLast ? rows : null),
    BYTES: isLast ? bytes : null,
    ATTEMPT_STARTED_AT: attempt?.startedAt ?? null,
    ATTEMPT_ENDED_AT: attempt?.endedAt ?? null,
    WORKER_ID: attempt?.workerId ?? null,
    RETRY_AT: isLast ? job.retryAt : null,
  };
}

function pick(row: MaterializationStatusRow, columns: readonly string[]): MaterializationStatusRow {
  const entries = Object.entries(row).filter(([name]) => columns.includes(name));
  return Object.fromEntries(entries) as MaterializationStatusRow;
}

function sortColumnsOf(
  { sortColumns = [] }: MaterializationStatusOptions,
  columns: readonly string[],
): readonly string[] {
  const given = typeof sortColumns === "string" ? sortColumns.split(",") : sortColumns;
  const names = given.map((name) => name.trim().toUpperCase());
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown === undefined) return names;
  throw new TeselaError("VALIDATION", `There is no column "${unknown}" to sort the status by.`, {
    fix: `Choose among ${columns.join(", ")}${columns.length < MORE.length ? "; verbose: true has more" : ""}.`,
  });
}

/** Ascending; an absent value comes first. */
function sorted(
  rows: readonly MaterializationStatusRow[],
  columns: readonly string[],
): MaterializationStatusRow[] {
  const valueOf = (row: MaterializationStatusRow, name: string) =>
    (row as Readonly<Record<string, FrameValue>>)[name] ?? null;
  return rows.toSorted((a, b) => {
    const column = columns.find((name) => valueOf(a, name) !== valueOf(b, name));
    return column === undefined ? 0 : compared(valueOf(a, column), valueOf(b, column));
  });
}

function compared(a: FrameValue, b: FrameValue): number {
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
