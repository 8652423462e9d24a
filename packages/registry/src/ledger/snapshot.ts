import { mergeRanges, micros, type EpochMicros, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import type { LedgerTime, LiveFile, Snapshot, SnapshotOptions } from "../types/ledger.ts";

/** A file and one live part of its commit's range. */
interface FilePartRow {
  readonly path: string;
  readonly bytes: bigint;
  readonly rows: bigint;
  readonly minTime: bigint | null;
  readonly maxTime: bigint | null;
  readonly sha256: string | null;
  readonly commitSeq: bigint;
  readonly jobStart: bigint;
  readonly jobEnd: bigint;
  readonly liveStart: bigint;
  readonly liveEnd: bigint;
}

/** The files of a store at a commit, within a range where one is given. */
export async function readSnapshot(
  queries: Queries,
  generationId: number,
  options: SnapshotOptions,
  within: TimeRange | null,
): Promise<Snapshot> {
  const commitSeq = await newestCommit(queries, generationId, options);
  const rows = await queries.rows<FilePartRow>(fileParts(generationId, options, commitSeq, within));
  return { commitSeq, files: liveFiles(rows) };
}

/** The newest commit of a generation at a time; 0 before the first. */
export async function newestCommit(
  queries: Queries,
  generationId: number,
  { atSeq, asOf }: LedgerTime,
): Promise<bigint> {
  const row = await queries.first<{ seq: bigint }>(statement`
    select coalesce(max(seq), 0) as seq
    from commit
    where generation_id = ${generationId}
      and (${atSeq ?? null}::bigint is null or seq <= ${atSeq ?? null})
      and (${asOf ?? null}::bigint is null or committed_at <= ${asOf ?? null})`);
  return row!.seq;
}

function fileParts(
  generationId: number,
  { store }: SnapshotOptions,
  commitSeq: bigint,
  within: TimeRange | null,
): Statement {
  return statement`
    with live as (
      select commit_id, during * int8range(${within?.start ?? null}, ${within?.end ?? null}) as part
      from range
      where generation_id = ${generationId} and store = ${store} and ${isLiveAt(commitSeq)}
    )
    select
      file.path, file.bytes, file.rows, file.sha256,
      file.min_time as "minTime",
      file.max_time as "maxTime",
      commit.seq as "commitSeq",
      commit.start_time as "jobStart",
      commit.end_time as "jobEnd",
      lower(live.part) as "liveStart",
      upper(live.part) as "liveEnd"
    from live
    join commit on commit.id = live.commit_id
    join file on file.commit_id = commit.id
    where not isempty(live.part)
      and file.rows > 0
      and int8range(file.min_time, file.max_time, '[]') && live.part
    order by commit.seq, file.path, live.part`;
}

/** Whether a row of the table `range` is live as of a commit; reservations are not. */
export function isLiveAt(commitSeq: bigint): Statement {
  return statement`range.from_seq <= ${commitSeq} and (range.to_seq is null or range.to_seq > ${commitSeq})`;
}

/** Rows of one file become one file; they come one after another. */
function liveFiles(rows: readonly FilePartRow[]): LiveFile[] {
  const parts = Map.groupBy(rows, (row) => row.path);
  return [...parts.values()].map((group) => liveFile(group[0]!, group.map(livePart)));
}

function livePart(row: FilePartRow): TimeRange {
  return { start: micros(row.liveStart), end: micros(row.liveEnd) };
}

function liveFile(row: FilePartRow, live: readonly TimeRange[]): LiveFile {
  return {
    path: row.path,
    bytes: Number(row.bytes),
    rows: Number(row.rows),
    minTime: optionalMicros(row.minTime),
    maxTime: optionalMicros(row.maxTime),
    sha256: row.sha256,
    commitSeq: row.commitSeq,
    jobRange: { start: micros(row.jobStart), end: micros(row.jobEnd) },
    live: mergeRanges(live),
  };
}

function optionalMicros(value: bigint | null): EpochMicros | null {
  return value === null ? null : micros(value);
}

/** The files of one commit in full. */
export async function readCommitFiles(queries: Queries, commitId: bigint): Promise<LiveFile[]> {
  return readWholeFiles(queries, statement`commit.id = ${commitId}`);
}

/** The files of commits whose push was given up half-way, where they overlap a range. */
export async function readAbandonedFiles(
  queries: Queries,
  generationId: number,
  { start, end }: TimeRange,
): Promise<LiveFile[]> {
  return readWholeFiles(
    queries,
    statement`commit.generation_id = ${generationId}
      and commit.online
      and commit.abandoned_at is not null
      and commit.start_time < ${end}
      and commit.end_time > ${start}`,
  );
}

async function readWholeFiles(queries: Queries, condition: Statement): Promise<LiveFile[]> {
  const rows = await queries.rows<FilePartRow>(statement`
    select
      file.path, file.bytes, file.rows, file.sha256,
      file.min_time as "minTime",
      file.max_time as "maxTime",
      commit.seq as "commitSeq",
      commit.start_time as "jobStart",
      commit.end_time as "jobEnd",
      commit.start_time as "liveStart",
      commit.end_time as "liveEnd"
    from commit
    join file on file.commit_id = commit.id
    where ${condition}
    order by commit.seq, file.path`);
  return liveFiles(rows);
}
