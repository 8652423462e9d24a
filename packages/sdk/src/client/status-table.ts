import type { Job } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { FrameColumn } from "../frame/frame-schema.ts";
import type { FrameValue } from "../frame/frame-value.ts";
import { formatTable } from "../frame/table.ts";

/** A row of a status: one attempt of a job, or a job that waits for its first. */
export type StatusRow = Readonly<Record<string, FrameValue>>;

/** How to show a status. */
export interface StatusOptions {
  /** Whether all columns are shown; false unless told. */
  readonly verbose?: boolean | undefined;
  /** How many at most, the newest; 1,000 unless told. */
  readonly limit?: number | undefined;
  /** Columns to sort by, ascending, as a list or as text with commas; the newest job comes first unless told. */
  readonly sortColumns?: string | readonly string[] | undefined;
  /** Whether only attempts and jobs that failed are shown; false unless told. */
  readonly errorsOnly?: boolean | undefined;
}

/** The columns of a status. */
export interface StatusColumns {
  readonly always: readonly string[];
  /** Shown when it is verbose. */
  readonly more: readonly string[];
  /** Those that hold numbers. */
  readonly numbers: ReadonlySet<string>;
}

/** A status as rows; it prints as a table. Throws `VALIDATION` for a column to sort by that is not shown. */
export class StatusTable<Row extends StatusRow> {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly #numbers: ReadonlySet<string>;

  constructor(rows: readonly Row[], { always, more, numbers }: StatusColumns, options: StatusOptions) {
    const { verbose = false, errorsOnly = false } = options;
    this.columns = verbose ? [...always, ...more] : always;
    this.#numbers = numbers;
    const sortColumns = sortColumnsOf(options, this.columns);
    const wanted = rows.filter((row) => !errorsOnly || isFailed(row));
    this.rows = sorted(wanted, sortColumns).map((row) => pick(row, this.columns));
  }

  /** What is absent is blank in print, where a person reads it. */
  toString(): string {
    const columns = this.columns.map((name): FrameColumn => {
      return { name, type: this.#numbers.has(name) ? "int64" : "string" };
    });
    const shown = this.rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? ""])),
    );
    return formatTable(columns, shown, shown.length);
  }

  toJSON(): readonly Row[] {
    return this.rows;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A row for each attempt of a job, the newest first, or one for a job that waits for its first. */
export function attemptRows<Row>(
  job: Job,
  rowOf: (job: Job, attempt: Job["attempts"][number] | null) => Row,
): Row[] {
  const attempts = job.attempts.length === 0 ? [null] : job.attempts.toReversed();
  return attempts.map((attempt) => rowOf(job, attempt));
}

/** Whether what a row shows has failed. */
export function isFailed(row: StatusRow): boolean {
  return (row["JOB_LOGS"] ?? null) !== null || row["STATUS"] === "FAILURE" || row["STATUS"] === "LOST";
}

function pick<Row extends StatusRow>(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name))) as Row;
}

function sortColumnsOf(
  { sortColumns = [], verbose = false }: StatusOptions,
  columns: readonly string[],
): readonly string[] {
  const given = typeof sortColumns === "string" ? sortColumns.split(",") : sortColumns;
  const names = given.map((name) => name.trim().toUpperCase());
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown === undefined) return names;
  throw new TeselaError("VALIDATION", `There is no column "${unknown}" to sort the status by.`, {
    fix: `Choose among ${columns.join(", ")}${verbose ? "" : "; verbose: true has more"}.`,
  });
}

/** Ascending; an absent value comes first. */
function sorted<Row extends StatusRow>(rows: readonly Row[], columns: readonly string[]): Row[] {
  return rows.toSorted((a, b) => {
    const column = columns.find((name) => (a[name] ?? null) !== (b[name] ?? null));
    return column === undefined ? 0 : compared(a[column] ?? null, b[column] ?? null);
  });
}

function compared(a: FrameValue, b: FrameValue): number {
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
