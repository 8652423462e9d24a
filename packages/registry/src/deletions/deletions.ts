import type { Database } from "../database/database.ts";
import type { PlatformClock } from "../types/clock.ts";
import type { Deletions } from "../types/deletion.ts";
import { newestDeletion } from "./clean-late-files.ts";
import { createDeletion } from "./create-deletion.ts";
import { cleanFile, countReplaced, fileDeletions, generationsOf, isPushOwed, uncleanFiles } from "./files.ts";
import { nextStamp, noteHidden } from "./hidden.ts";
import { listDeletions } from "./list.ts";
import { readKeys, readKeysAmong, readKeysOfView, readOnlineKeys } from "./read-keys.ts";
import { removeEvents } from "./remove-events.ts";

/** Deletions in Postgres; their instants are the platform clock's. */
export function createDeletions(database: Database, clock: PlatformClock): Deletions {
  return {
    async create(command) {
      const now = await clock.now();
      const id = await database.transaction((tx) => createDeletion(tx, command, now));
      return (await listDeletions(database, { id }, 1))[0]!;
    },
    keys: (of, after = 0n) => readKeys(database, of, after),
    keysAmong: (of, keys) => readKeysAmong(database, of, keys),
    removeEvents: (generationId, deleted) => removeEvents(database, generationId, deleted),
    onlineKeys: (id, joinKeys) => readOnlineKeys(database, id, joinKeys),
    list: (workspaceId, { view, limit }) =>
      listDeletions(database, { workspaceId, ...(view === undefined ? {} : { view }) }, limit),
    keysOfView: (workspaceId, viewName, after) => readKeysOfView(database, workspaceId, viewName, after),
    newest: (workspaceId, viewName) => newestDeletion(database, workspaceId, viewName),
    uncleanFiles: (workspaceId, viewName) => uncleanFiles(database, workspaceId, viewName),
    clean: (file, by, deletionId) => database.transaction((tx) => cleanFile(tx, file, by, deletionId)),
    countReplaced: (workspaceId, viewName, deletionId) =>
      countReplaced(database, workspaceId, viewName, deletionId),
    fileDeletions: (workspaceId, viewName) => fileDeletions(database, workspaceId, viewName),
    generationsOf: (workspaceId, viewName) => generationsOf(database, workspaceId, viewName),
    nextStamp: () => nextStamp(database),
    noteHidden: (generationId, stamp) => noteHidden(database, generationId, stamp),
    isPushOwed: (generationId, deletionId) => isPushOwed(database, generationId, deletionId),
  };
}
