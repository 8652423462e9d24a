import { micros, type DeletedKeys, type JoinKey, type KeyValue } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { DeletedOf } from "../types/deletion.ts";
import { keyOf, storedJoinKeys, storedKey } from "./stored-key.ts";

interface KeyRow {
  readonly deletionId: bigint;
  readonly at: bigint;
  readonly key: Buffer;
}

/** The keys of a store that were deleted after a deletion, which files know of; of deletions online alone none does. */
export async function readKeys(
  queries: Queries,
  { workspaceId, viewName, joinKeys, store }: DeletedOf,
  after: bigint,
): Promise<DeletedKeys> {
  const rows = await queries.rows<KeyRow>(statement`
    select deletion.id as "deletionId", deletion.at, deleted_key.key
    from deletion
    join deleted_key on deleted_key.deletion_id = deletion.id
    where deletion.workspace_id = ${workspaceId}
      and deletion.view_name = ${viewName}
      and deletion.join_keys = ${storedJoinKeys(joinKeys)}::jsonb
      and case ${store}::text
        when 'online' then deletion.online and (deletion.id > ${after} or not deletion.offline)
        else deletion.offline and deletion.id > ${after}
      end
    order by deletion.id`);
  return deletedKeys(joinKeys, rows);
}

/** Which of some keys a store hides. */
export async function readKeysAmong(
  queries: Queries,
  { workspaceId, viewName, joinKeys, store }: DeletedOf,
  keys: readonly (readonly KeyValue[])[],
): Promise<DeletedKeys> {
  const rows = await queries.rows<KeyRow>(statement`
    select deletion.id as "deletionId", deletion.at, deleted_key.key
    from deletion
    join deleted_key on deleted_key.deletion_id = deletion.id
    where deletion.workspace_id = ${workspaceId}
      and deletion.view_name = ${viewName}
      and deletion.join_keys = ${storedJoinKeys(joinKeys)}::jsonb
      and case ${store}::text when 'online' then deletion.online else deletion.offline end
      and deleted_key.key = any(${keys.map((key) => storedKey(joinKeys, key))}::bytea[])`);
  return deletedKeys(joinKeys, rows);
}

/** The keys of a deletion with the latest instant at which each was deleted online. */
export async function readOnlineKeys(
  queries: Queries,
  id: bigint,
  joinKeys: readonly JoinKey[],
): Promise<DeletedKeys> {
  const rows = await queries.rows<KeyRow>(statement`
    select max(other.id) as "deletionId", max(other.at) as at, own.key
    from deleted_key as own
    join deletion on deletion.id = own.deletion_id
    join deletion as other
      on other.workspace_id = deletion.workspace_id
      and other.view_name = deletion.view_name
      and other.join_keys = deletion.join_keys
      and other.online
    join deleted_key as same on same.deletion_id = other.id and same.key = own.key
    where own.deletion_id = ${id}
    group by own.key`);
  return deletedKeys(joinKeys, rows);
}

/** Offline deletions of a view's name, one entry for each set of join keys that it had. */
export async function readKeysOfView(
  queries: Queries,
  workspaceId: number,
  viewName: string,
  after: bigint,
): Promise<readonly DeletedKeys[]> {
  const rows = await queries.rows<KeyRow & { joinKeys: JoinKey[] }>(statement`
    select deletion.id as "deletionId", deletion.at, deleted_key.key, deletion.join_keys as "joinKeys"
    from deletion
    join deleted_key on deleted_key.deletion_id = deletion.id
    where deletion.workspace_id = ${workspaceId}
      and deletion.view_name = ${viewName}
      and deletion.offline
      and deletion.id > ${after}
    order by deletion.id`);
  const groups = Map.groupBy(rows, ({ joinKeys }) => JSON.stringify(joinKeys));
  return [...groups.values()].map((group) => deletedKeys(group[0]!.joinKeys, group));
}

function deletedKeys(joinKeys: readonly JoinKey[], rows: readonly KeyRow[]): DeletedKeys {
  const keys = rows.map(({ deletionId, at, key }) => ({
    key: keyOf(joinKeys, key),
    before: micros(at),
    deletionId,
  }));
  return { joinKeys, keys };
}
