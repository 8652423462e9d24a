import { TeselaError } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { NewFile } from "../types/ledger.ts";
import { insertFileOf, insertRow, type FilePart } from "./insert-file.ts";
import type { LockedGeneration } from "./lock-generation.ts";

/** A merged file, and what it holds of which commits. */
export interface MergedFile {
  readonly file: NewFile;
  /** Disjoint; not empty. */
  readonly parts: readonly FilePart[];
}

/** Current files, by id, and the files that hold their live rows from now on. */
export interface FileMerge {
  readonly replaced: readonly bigint[];
  readonly merged: readonly MergedFile[];
}

/**
 * Swaps current files of a generation, which is locked, for merged ones: snapshots from the newest commit on read
 * these, earlier ones (TIME T14) those, until these expire. Throws `UNAVAILABLE` when one is not current any more.
 */
export async function mergeFiles(
  tx: Queries,
  { lastCommitSeq }: LockedGeneration,
  { replaced, merged }: FileMerge,
): Promise<void> {
  const count = await tx.run(statement`
    update file
    set to_seq = ${lastCommitSeq}
    where id = any(${replaced}) and to_seq is null and doomed_at is null`);
  if (count !== replaced.length) throw swappedMeanwhile();
  const deletionId = await deletionOf(tx, replaced);
  for (const { file, parts } of merged) {
    const commitId = parts.reduce((latest, part) => (part.commitId > latest ? part.commitId : latest), 0n);
    await insertFileOf(tx, { ...file, deletionId }, { commitId, fromSeq: lastCommitSeq, toSeq: null }, parts);
  }
}

/** A file says with one number which deletions were carried out in it: files that differ wait for their delete job. */
async function deletionOf(tx: Queries, replaced: readonly bigint[]): Promise<bigint> {
  const rows = await tx.rows<{ id: bigint }>(
    statement`select distinct deletion_id as id from file where id = any(${replaced})`,
  );
  if (rows.length > 1) throw swappedMeanwhile();
  return rows[0]?.id ?? 0n;
}

interface FileRow {
  readonly commitId: bigint;
  readonly fromSeq: bigint;
  readonly toSeq: bigint | null;
}

/**
 * Puts a file, or none, in the place of another: in every snapshot that reads it. Its generation is locked. The
 * old file is doomed: collection removes it when no reader needs it. Throws `UNAVAILABLE` when it is doomed already.
 */
export async function replaceFile(tx: Queries, fileId: bigint, file: NewFile | null): Promise<void> {
  const old = await tx.first<FileRow>(statement`
    update file
    set doomed_at = clock_timestamp()
    where id = ${fileId} and doomed_at is null
    returning commit_id as "commitId", from_seq as "fromSeq", to_seq as "toSeq"`);
  if (old === null) throw swappedMeanwhile();
  if (file === null) return;
  const id = await insertRow(tx, file, old);
  await tx.run(statement`
    insert into file_part (file_id, commit_id, during)
    select ${id}::bigint, commit_id, during
    from file_part
    where file_id = ${fileId}`);
}

function swappedMeanwhile(): TeselaError {
  return new TeselaError("UNAVAILABLE", "A file was replaced while another was written in its place.", {
    fix: "Nothing is lost: it is done again with the files as they are then.",
  });
}
