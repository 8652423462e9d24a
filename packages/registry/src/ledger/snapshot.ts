import { mergeRanges, micros, type EpochMicros, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import { refuseExpired } from "../snapshots/refuse-expired.ts";
import type { LedgerTime, LiveFile, Snapshot, SnapshotOptions } from "../types/ledger.ts";

/** A file and one live part of its commit's range. */
interface FilePartRow {
  readonly path: string;
  readonly bytes: bigint;
  readonly rows: bigint;
  readonly minTime: bigint | null;
  readonly maxTime: bigint | null;
  readonly sha256: string | null;
  readonly deletionId: bigint;
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
  await refuseExpired(queries, generationId, commitSeq);
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
      file.deletion_id as "deletionId",
      file.min_time as "minTime",
      file.max_time as "maxTime",
      commit.seq as "commitSeq",
      commit.start_time as "jobStart",
      commit.end_time as "jobEnd",
      lower(live.part * file_part.during) as "liveStart",
      upper(live.part * file_part.during) as "liveEnd"
    from live
    join commit on commit.id = live.commit_id
    join file_part on file_part.commit_id = commit.id
    join file on file.id = file_part.file_id
    where not isempty(live.part * file_part.during)
      and file.rows > 0
      and ${isReadAt(commitSeq)}
      and int8range(file.min_time, file.max_time, '[]') && live.part * file_part.during
    order by commit.seq, file.path, live.part`;
}

/** Whether snapshots of a commit read a row of the table `file`: it is neither replaced there nor doomed. */
function isReadAt(commitSeq: bigint): Statement {
  return statement`file.doomed_at is null
    and file.from_seq <= ${commitSeq}
    and (file.to_seq is null or file.to_seq > ${commitSeq})`;
}

/** Whether a row of the table `range` is live as of a commit; reservations are not. */
export function isLiveAt(commitSeq: bigint): Statement {
  return statement`range.from_seq <= ${commitSeq} and (range.to_seq is null or range.to_seq > ${commitSeq})`;
}

/** Rows of one file become one file, of the latest of its commits. */
function liveFiles(rows: readonly FilePartRow[]): LiveFile[] {
  const parts = Map.groupBy(rows, (row) => row.path);
  return [...parts.values()].map((group) => liveFile(group.at(-1)!, group.map(livePart)));
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
    deletionId: row.deletionId,
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
      file.deletion_id as "deletionId",
      file.min_time as "minTime",
      file.max_time as "maxTime",
      commit.seq as "commitSeq",
      commit.start_time as "jobStart",
      commit.end_time as "jobEnd",
      lower(int8range(commit.start_time, commit.end_time) * file_part.during) as "liveStart",
      upper(int8range(commit.start_time, commit.end_time) * file_part.during) as "liveEnd"
    from commit
    join file_part on file_part.commit_id = commit.id
    join file on file.id = file_part.file_id
    where ${condition}
      and file.to_seq is null
      and file.doomed_at is null
    order by commit.seq, file.path`);
  return liveFiles(rows);
}
