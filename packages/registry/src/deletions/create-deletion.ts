import type { EpochMicros } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { retired } from "../jobs/trigger.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import type { DeletionCommand } from "../types/deletion.ts";
import { insertDeleteJob } from "./delete-job.ts";
import { storedJoinKeys, storedKey } from "./stored-key.ts";

/** Records a deletion at an instant of the platform clock, with its jobs; gives its id. */
export async function createDeletion(
  tx: Queries,
  command: DeletionCommand,
  at: EpochMicros,
): Promise<bigint> {
  // Commits of the view take turns with it: each knows of every deletion before it.
  const { isRetired } = await lockGeneration(tx, command.generationId);
  if (isRetired) throw retired(command.view);
  const deletionId = await insertDeletion(tx, command, at);
  await tx.run(statement`
    insert into deleted_key (deletion_id, key)
    select distinct ${deletionId}::bigint, key
    from unnest(${command.keys.map((key) => storedKey(command.joinKeys, key))}::bytea[]) as deleted (key)`);
  const job = { ...command, deletionId, trigger: "manual" as const };
  if (command.online) await insertDeleteJob(tx, { ...job, store: "online" });
  if (command.offline) await insertDeleteJob(tx, { ...job, store: "offline" });
  return deletionId;
}

async function insertDeletion(
  tx: Queries,
  { workspaceId, view, joinKeys, online, offline, requestedBy }: DeletionCommand,
  at: EpochMicros,
): Promise<bigint> {
  const row = await tx.first<{ id: bigint }>(statement`
    insert into deletion (workspace_id, view_name, join_keys, at, online, offline, requested_by)
    values (
      ${workspaceId}, ${view}, ${storedJoinKeys(joinKeys)}::jsonb, ${at}, ${online}, ${offline}, ${requestedBy}
    )
    returning id`);
  return row!.id;
}
