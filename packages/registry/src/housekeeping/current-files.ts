import { mergeRanges, micros, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { CurrentFile, LivePart } from "../types/housekeeping.ts";

interface PartRow {
  readonly id: bigint;
  readonly path: string;
  readonly bytes: bigint;
  readonly deletionId: bigint;
  readonly commitId: bigint;
  readonly isPending: boolean;
  readonly start: bigint;
  readonly end: bigint;
}

/** The files of a generation that the newest snapshot reads, with what is live of them in either store. */
export async function currentFiles(queries: Queries, generationId: number): Promise<CurrentFile[]> {
  const rows = await queries.rows<PartRow>(statement`
    select
      file.id, file.path, file.bytes,
      file.deletion_id as "deletionId",
      commit.id as "commitId",
      commit.online and commit.pushed_at is null as "isPending",
      lower(range.during * file_part.during) as start,
      upper(range.during * file_part.during) as end
    from commit
    join range on range.commit_id = commit.id and range.state = 'live'
    join file_part on file_part.commit_id = commit.id and file_part.during && range.during
    join file on file.id = file_part.file_id
    where commit.generation_id = ${generationId}
      and file.to_seq is null
      and file.doomed_at is null
    order by file.id, commit.id`);
  return [...Map.groupBy(rows, ({ id }) => id).values()].map(currentFile);
}

function currentFile(rows: readonly PartRow[]): CurrentFile {
  const { id, path, bytes, deletionId } = rows[0]!;
  const ofCommits = [...Map.groupBy(rows, ({ commitId }) => commitId)];
  const parts = ofCommits.flatMap(([commitId, some]): LivePart[] =>
    mergeRanges(some.map(rangeOf)).map((during) => ({ commitId, during })),
  );
  return {
    id,
    path,
    bytes: Number(bytes),
    deletionId,
    parts: parts.toSorted((a, b) => (a.during.start < b.during.start ? -1 : 1)),
    isPending: rows.some(({ isPending }) => isPending),
  };
}

function rangeOf({ start, end }: PartRow): TimeRange {
  return { start: micros(start), end: micros(end) };
}
