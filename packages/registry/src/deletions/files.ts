import type { Database, Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import { replaceFile } from "../ledger/swap-files.ts";
import type { UncleanFile } from "../types/deletion.ts";
import type { NewFile } from "../types/ledger.ts";
import { newestDeletion } from "./clean-late-files.ts";

const BATCH = 100;

/** Files of all generations of a view in which deletions have not been carried out, a hundred at most. */
export async function uncleanFiles(
  queries: Queries,
  workspaceId: number,
  viewName: string,
): Promise<UncleanFile[]> {
  const newest = await newestDeletion(queries, workspaceId, viewName);
  const rows = await queries.rows<UncleanFile & { bytes: bigint; rows: bigint }>(statement`
    select
      file.id, file.path, file.bytes, file.rows,
      commit.generation_id as "generationId",
      file.deletion_id as "deletionId"
    from file
    join commit on commit.id = file.commit_id
    join view_generation on view_generation.id = commit.generation_id
    where view_generation.workspace_id = ${workspaceId}
      and view_generation.view_name = ${viewName}
      and file.deletion_id < ${newest}
      and file.doomed_at is null
    order by file.id
    limit ${BATCH}`);
  return rows.map(({ bytes, rows: count, ...file }) => ({
    ...file,
    bytes: Number(bytes),
    rows: Number(count),
  }));
}

/** Notes that the deletions up to one have been carried out in a file. */
export async function cleanFile(
  tx: Queries,
  { id, generationId }: UncleanFile,
  by: NewFile | "empty" | null,
  deletionId: bigint,
): Promise<void> {
  await lockGeneration(tx, generationId);
  if (by !== null) return replaceFile(tx, id, by === "empty" ? null : { ...by, deletionId });
  await tx.run(statement`
    update file
    set deletion_id = ${deletionId}
    where id = ${id} and deletion_id < ${deletionId}`);
}

/** How many files of a view that may hold deleted keys were replaced and are not removed yet. */
export async function countReplaced(
  queries: Queries,
  workspaceId: number,
  viewName: string,
  deletionId: bigint,
): Promise<number> {
  const row = await queries.first<{ count: number }>(statement`
    select count(*)::integer as count
    from file
    join commit on commit.id = file.commit_id
    join view_generation on view_generation.id = commit.generation_id
    where view_generation.workspace_id = ${workspaceId}
      and view_generation.view_name = ${viewName}
      and file.deletion_id < ${deletionId}
      and file.doomed_at is not null`);
  return row!.count;
}

/** For each file of a view, by path, the deletion up to which they were carried out in it. */
export async function fileDeletions(
  queries: Queries,
  workspaceId: number,
  viewName: string,
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await queries.rows<{ path: string; deletionId: bigint }>(statement`
    select file.path, file.deletion_id as "deletionId"
    from file
    join commit on commit.id = file.commit_id
    join view_generation on view_generation.id = commit.generation_id
    where view_generation.workspace_id = ${workspaceId} and view_generation.view_name = ${viewName}`);
  return new Map(rows.map(({ path, deletionId }) => [path, deletionId]));
}

/** The generations of a view's name. */
export async function generationsOf(
  database: Database,
  workspaceId: number,
  viewName: string,
): Promise<number[]> {
  const rows = await database.rows<{ id: number }>(statement`
    select id
    from view_generation
    where workspace_id = ${workspaceId} and view_name = ${viewName}
    order by id`);
  return rows.map(({ id }) => id);
}

/** Whether a push of a commit from before a deletion is still owed: it may write what it read then. */
export async function isPushOwed(
  queries: Queries,
  generationId: number,
  deletionId: bigint,
): Promise<boolean> {
  const row = await queries.first(statement`
    select 1
    from commit
    join attempt on attempt.job_id = commit.job_id and attempt.state = 'RUNNING'
    where commit.generation_id = ${generationId}
      and commit.online
      and commit.pushed_at is null
      and commit.abandoned_at is null
      and attempt.started_at <= (select created_at from deletion where id = ${deletionId})
    limit 1`);
  return row !== null;
}
