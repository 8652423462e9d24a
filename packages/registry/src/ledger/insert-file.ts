import type { TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { NewFile } from "../types/ledger.ts";

/** Where a file stands in the ledger: the commit it belongs to, and the snapshots that read it. */
export interface FilePlace {
  readonly commitId: bigint;
  readonly fromSeq: bigint;
  /** Snapshots from this commit on read other files in its place; `null` for a current file. */
  readonly toSeq: bigint | null;
}

/** What a file holds of a commit: its rows within a range, or all of them. */
export interface FilePart {
  readonly commitId: bigint;
  readonly during: TimeRange | null;
}

/** Inserts a file that holds rows of its commit alone. */
export async function insertFile(tx: Queries, file: NewFile, place: FilePlace): Promise<void> {
  await insertFileOf(tx, file, place, [{ commitId: place.commitId, during: null }]);
}

/** Inserts a file that holds rows of several commits. */
export async function insertFileOf(
  tx: Queries,
  file: NewFile,
  place: FilePlace,
  parts: readonly FilePart[],
): Promise<void> {
  const id = await insertRow(tx, file, place);
  await tx.run(statement`
    insert into file_part (file_id, commit_id, during)
    select ${id}::bigint, commit_id, int8range(since, until)
    from unnest(
      ${parts.map(({ commitId }) => commitId)}::bigint[],
      ${parts.map(({ during }) => during?.start ?? null)}::bigint[],
      ${parts.map(({ during }) => during?.end ?? null)}::bigint[]
    ) as part (commit_id, since, until)`);
}

/** Inserts the row of a file without its parts; gives its id. */
export async function insertRow(
  tx: Queries,
  { path, bytes, rows, minTime, maxTime, sha256, deletionId = 0n }: NewFile,
  { commitId, fromSeq, toSeq }: FilePlace,
): Promise<bigint> {
  const row = await tx.first<{ id: bigint }>(statement`
    insert into file (commit_id, path, bytes, rows, min_time, max_time, sha256, from_seq, to_seq, deletion_id)
    values (
      ${commitId}, ${path}, ${bytes}, ${rows}, ${minTime}, ${maxTime}, ${sha256 ?? null}, ${fromSeq}, ${toSeq},
      ${deletionId}
    )
    returning id`);
  return row!.id;
}
