import type { Database, Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { FoundFile, RemovableFile } from "../types/housekeeping.ts";

/**
 * Doomed files of a generation that no task or attempt can be reading. A reader shows itself before it looks for
 * files; so of those that begin after `hidden_at`, which a later transaction than that of the doom writes, none has
 * found them.
 */
export async function removableFiles(database: Database, generationId: number): Promise<RemovableFile[]> {
  await database.run(statement`
    update file
    set hidden_at = clock_timestamp()
    from commit
    where commit.id = file.commit_id
      and commit.generation_id = ${generationId}
      and file.doomed_at is not null
      and file.hidden_at is null`);
  const rows = await database.rows<Omit<RemovableFile, "bytes"> & { bytes: bigint }>(statement`
    select file.id, file.path, file.bytes
    from file
    join commit on commit.id = file.commit_id
    where commit.generation_id = ${generationId}
      and file.hidden_at is not null
      and not exists (
        select 1
        from snapshot_lease
        join task on task.id = snapshot_lease.task_id
        where snapshot_lease.generation_id = ${generationId}
          and snapshot_lease.taken_at <= file.hidden_at
          and task.state = 'RUNNING'
          and task.lease_until > clock_timestamp()
      )
      and not exists (
        select 1
        from job
        join attempt on attempt.job_id = job.id
        where job.generation_id = ${generationId}
          and job.type not in ('collect', 'delete')
          and attempt.state = 'RUNNING'
          and attempt.lease_until > clock_timestamp()
          and attempt.started_at <= file.hidden_at
      )
    order by file.id`);
  return rows.map(({ bytes, ...file }) => ({ ...file, bytes: Number(bytes) }));
}

/** Forgets files that have been removed. */
export async function forgetFiles(queries: Queries, fileIds: readonly bigint[]): Promise<void> {
  await queries.run(statement`delete from file where id = any(${fileIds}) and doomed_at is not null`);
}

/** The files that the ledger does not name and that nobody can still commit: their attempt has ended. */
export async function orphanedFiles(queries: Queries, found: readonly FoundFile[]): Promise<string[]> {
  const rows = await queries.rows<{ path: string }>(statement`
    select found.path
    from unnest(
      ${found.map(({ path }) => path)}::text[],
      ${found.map(({ attemptId }) => attemptId)}::uuid[]
    ) as found (path, attempt_id)
    join attempt on attempt.id = found.attempt_id
    where attempt.state <> 'RUNNING'
      and not exists (select 1 from file where file.path = found.path)
    order by found.path`);
  return rows.map(({ path }) => path);
}
