import type { KeysVerification, VerifyKeysPayload } from "@tesela/contract";
import { deletedRowsSql, EVENT_TIME, micros, sql, type DeletedKeys } from "@tesela/core";
import { viewFolder } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import type { TaskOptions } from "../../engine/engine.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { fileRowsSql, fileShapeOf, fittingKeys } from "./file-shape.ts";

/**
 * Scans every file in a view's folder for rows of deleted keys from before their deletion. A tile that begins before
 * a deletion and ends after it counts where the file was written before: later ones hold new data of it alone.
 */
export async function verifyKeys(
  context: WorkerContext,
  { workspaceId }: Pick<Task, "workspaceId">,
  { viewName, interval }: VerifyKeysPayload,
  options: TaskOptions,
): Promise<KeysVerification> {
  const { offlineStore, registry } = context;
  const groups = await registry.deletions.keysOfView(workspaceId, viewName, 0n);
  const written = await registry.deletions.fileDeletions(workspaceId, viewName);
  const found = { files: 0, bytes: 0, rows: 0, found: 0, filesWithKeys: [] as string[] };
  for await (const { path, bytes } of offlineStore.list(viewFolder(String(workspaceId), viewName), options)) {
    const scan = { path, groups, writtenAfter: written.get(path) ?? 0n, interval: BigInt(interval ?? 1n) };
    const scanned = await scanFile(context, scan, options).catch(async (error: unknown) => {
      if ((await offlineStore.stat(path, options)) !== null) throw error;
      return null;
    });
    // A file that was removed since it was listed holds nothing.
    if (scanned === null) continue;
    const { rows, hidden } = scanned;
    found.files += 1;
    found.bytes += bytes;
    found.rows += rows;
    found.found += hidden;
    if (hidden > 0) found.filesWithKeys.push(path);
  }
  const keys = groups.flatMap((group) => group.keys);
  const deletions = new Set(keys.map(({ deletionId }) => deletionId)).size;
  return { deletions, keys: keys.length, ...found };
}

interface FileScan {
  readonly path: string;
  readonly groups: readonly DeletedKeys[];
  /** The deletions up to this one were known when the file was written. */
  readonly writtenAfter: bigint;
  readonly interval: bigint;
}

async function scanFile(
  { engine, offlineStore }: WorkerContext,
  { path, groups, writtenAfter, interval }: FileScan,
  options: TaskOptions,
): Promise<{ readonly rows: number; readonly hidden: number }> {
  await using opened = await offlineStore.open(path, options);
  const file = opened.localPath;
  const shape = await fileShapeOf(engine, file, options);
  if (shape === null) return { rows: 0, hidden: 0 };
  const length = shape.time === EVENT_TIME ? 1n : interval;
  const counts = fittingKeys(shape, groups).map((group) =>
    deletedRowsSql(fileRowsSql(file), shape.time, lengthened(group, writtenAfter, length)),
  );
  const statements = [fileRowsSql(file), ...counts].map((rows) => ({
    sql: sql`select count(*) from (${rows})`.text,
    rows: true,
  }));
  const { results } = await engine.run({ files: [file], statements }, options);
  const [rows, ...hidden] = results.map((one) => Number(one![0]![0]));
  return { rows: rows!, hidden: hidden.reduce((sum, count) => sum + count, 0) };
}

/** A tile of a file that knew of the deletion is wrong only when it ends before it. */
function lengthened({ joinKeys, keys }: DeletedKeys, writtenAfter: bigint, length: bigint): DeletedKeys {
  const before = (key: DeletedKeys["keys"][number]) =>
    key.deletionId > writtenAfter ? key.before : micros(key.before - length + 1n);
  return { joinKeys, keys: keys.map((key) => ({ ...key, before: before(key) })) };
}
