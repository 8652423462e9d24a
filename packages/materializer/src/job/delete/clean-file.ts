import { join as joinPath } from "node:path";
import { id, join, micros, sql, text, type DeletedKeys, type Sql } from "@tesela/core";
import { attemptPath } from "@tesela/offline-store";
import type { ClaimedAttempt, NewFile, UncleanFile } from "@tesela/registry";
import type { TaskOptions } from "../../engine/engine.ts";
import type { WireValue } from "../../engine/protocol.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import {
  fileRowsSql,
  fileShapeOf,
  fittingKeys,
  sortedColumns,
  visibleRowsSql,
  type FileShape,
} from "./file-shape.ts";

/**
 * Carries out every deletion of a view in one of its files: where rows have to go, a new file without them takes
 * its place in all snapshots (TIME T17). Gives how many went. Doing it again changes nothing.
 */
export async function cleanFile(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  file: UncleanFile,
  options: TaskOptions,
): Promise<number> {
  const { engine, offlineStore, registry } = context;
  const { workspaceId, viewName } = attempt;
  // Before the keys: deletions that come in between are carried out next time.
  const newest = await registry.deletions.newest(workspaceId, viewName);
  const all = await registry.deletions.keysOfView(workspaceId, viewName, file.deletionId);
  await using opened = await offlineStore.open(file.path, options);
  const shape = await fileShapeOf(engine, opened.localPath, options);
  const groups = shape === null ? [] : fittingKeys(shape, all);
  const source = { path: opened.localPath, shape: shape!, groups };
  const left = groups.length === 0 ? file.rows : await countVisible(context, source, options);
  if (left === file.rows) {
    await registry.deletions.clean(file, null, newest);
    return 0;
  }
  const by = left === 0 ? "empty" : await rewrite(context, attempt, file, source, options);
  context.failpoint("after-rewrite");
  await registry.deletions.clean(file, by, newest);
  context.failpoint("after-swap");
  return file.rows - left;
}

/** A file and what is to leave it. */
interface DirtySource {
  readonly path: string;
  readonly shape: FileShape;
  readonly groups: readonly DeletedKeys[];
}

async function countVisible(
  { engine }: WorkerContext,
  { path, shape, groups }: DirtySource,
  options: TaskOptions,
): Promise<number> {
  const count = sql`select count(*) from (${visibleRowsSql(path, shape, groups)})`;
  const run = { files: [path], statements: [{ sql: count.text, rows: true }] };
  return Number((await engine.run(run, options)).results[0]![0]![0]);
}

async function rewrite(
  { engine, offlineStore }: WorkerContext,
  { workspaceId, viewName, id: attemptId }: ClaimedAttempt,
  { id: fileId, generationId: generation }: UncleanFile,
  source: DirtySource,
  options: TaskOptions,
): Promise<NewFile> {
  await using scratch = await offlineStore.createScratch();
  const path = joinPath(scratch.directory, "clean.parquet");
  const statements = [
    { sql: copySql(source, path).text },
    { sql: summarySql(source, path).text, rows: true },
  ];
  const { results } = await engine.run({ files: [source.path, path], statements }, options);
  const [rows, min, max] = results[1]![0]!;
  const address = { workspaceId: String(workspaceId), viewName, generation, attemptId };
  const stored = await offlineStore.put(path, attemptPath(address, `clean-${fileId}.parquet`), options);
  return { ...stored, rows: Number(rows), minTime: instantOf(min), maxTime: instantOf(max) };
}

function copySql({ path: from, shape, groups }: DirtySource, path: string): Sql {
  const order = sortedColumns(shape).map((name) => id(name));
  return sql`copy (
select *
from (${visibleRowsSql(from, shape, groups)})
order by ${join(order, ", ")}
) to ${text(path)} (format parquet, compression zstd)`;
}

function summarySql({ shape: { time } }: DirtySource, path: string): Sql {
  return sql`select count(*), epoch_us(min(${id(time)})), epoch_us(max(${id(time)})) from (${fileRowsSql(path)})`;
}

function instantOf(value: WireValue | undefined): NewFile["minTime"] {
  return typeof value === "bigint" ? micros(value) : null;
}
