import type { Attempt, Deletion, Job } from "@tesela/contract";
import { attemptRows, isFailed, StatusTable, type StatusOptions, type StatusRow } from "./status-table.ts";

/** A row of the status of deletions: one attempt of one job, or a job that waits for its first. */
export type DeletionStatusRow = StatusRow;

/** How to show the status of deletions: `limit` counts rows, `verbose` adds ids, instants and numbers of keys. */
export type DeletionStatusOptions = StatusOptions;

const COLUMNS = ["TYPE", "STORE", "STATUS", "ATTEMPT_NUMBER", "JOB_CREATED_AT", "JOB_LOGS"];
const MORE = ["JOB_ID", "DELETION_ID", "DELETED_BEFORE", "KEYS", "PHASE", "STARTED_AT", "ENDED_AT"];
const NUMBERS: ReadonlySet<string> = new Set(["ATTEMPT_NUMBER", "KEYS"]);

/** The status of deletions as rows; it prints as a table. */
export class DeletionStatus extends StatusTable<DeletionStatusRow> {
  /** What else may hold deleted keys. */
  readonly mayRemain: readonly string[];

  constructor(deletions: readonly Deletion[], options: DeletionStatusOptions = {}) {
    const rows = deletions.flatMap((deletion) =>
      deletion.jobs.flatMap((job) => attemptRows(job, (of, attempt) => rowOf(deletion, of, attempt))),
    );
    const { limit = 1_000, errorsOnly = false } = options;
    const wanted = rows.filter((row) => !errorsOnly || isFailed(row)).slice(0, limit);
    super(wanted, { always: COLUMNS, more: MORE, numbers: NUMBERS }, options);
    this.mayRemain = deletions[0]?.mayRemain ?? [];
  }
}

function rowOf(deletion: Deletion, job: Job, attempt: Attempt | null): DeletionStatusRow {
  const error = attempt === null ? job.error : attempt.error;
  return {
    TYPE: "DELETE",
    STORE: job.online ? "ONLINE" : "OFFLINE",
    STATUS: attempt?.state ?? job.state,
    ATTEMPT_NUMBER: attempt?.number ?? null,
    JOB_CREATED_AT: job.createdAt,
    JOB_LOGS: error === null ? null : `${error.code}: ${error.message}`,
    JOB_ID: job.id,
    DELETION_ID: deletion.id,
    DELETED_BEFORE: deletion.at,
    KEYS: deletion.keyCount,
    PHASE: job.progress.phase,
    STARTED_AT: attempt?.startedAt ?? null,
    ENDED_AT: attempt?.endedAt ?? null,
  };
}
