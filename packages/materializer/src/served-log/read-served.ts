import { join as joinPath } from "node:path";
import type { ReadServedPayload, RetrievalResult } from "@tesela/contract";
import {
  id,
  join,
  micros,
  pathList,
  sql,
  TeselaError,
  timestamp,
  type EpochMicros,
  type Sql,
} from "@tesela/core";
import { servedLogAt, servedLogFolder } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import type { TaskOptions } from "../engine/engine.ts";
import { storeResult, writeResult } from "../retrieval/result.ts";
import { copySql } from "../retrieval/result.ts";
import type { WorkerContext } from "../worker/worker-context.ts";

/** Files that one read opens at most. */
const MOST_FILES = 10_000;

const SERVED_AT = id("_served_at");

interface AskedRange {
  readonly start: EpochMicros | null;
  readonly end: EpochMicros | null;
}

/** Reads the vectors that a service has served in a range, by time; columns that came later are null before. */
export async function readServed(
  context: WorkerContext,
  { workspaceId }: Pick<Task, "workspaceId">,
  payload: ReadServedPayload,
  options: TaskOptions,
): Promise<RetrievalResult> {
  const range = { start: instantOf(payload.start), end: instantOf(payload.end) };
  await using stack = new AsyncDisposableStack();
  const scratch = stack.use(await context.offlineStore.createScratch());
  const paths: string[] = [];
  const folder = servedLogFolder(String(workspaceId), payload.service);
  for await (const { path } of context.offlineStore.list(folder, options)) {
    if (!touches(path, range)) continue;
    if (paths.length === MOST_FILES) throw tooMany(payload);
    paths.push(stack.use(await context.offlineStore.open(path, options)).localPath);
  }
  const path = joinPath(scratch.directory, "result.parquet");
  const query = { statements: [{ sql: copySql(rowsSql(paths, range), path).text }], path, paths };
  const { columns, rowCount } = await writeResult(context, query, options);
  return { columns, rowCount, statistics: {}, bytes: await storeResult(context, payload, path, options) };
}

function tooMany({ service }: ReadServedPayload): TeselaError {
  const message = `What feature service "${service}" has served in this range lies in more than ${MOST_FILES} files.`;
  return new TeselaError("LIMIT_EXCEEDED", message, { fix: "Read a shorter range." });
}

function instantOf(text: string | null): EpochMicros | null {
  return text === null ? null : micros(BigInt(text));
}

function touches(path: string, { start, end }: AskedRange): boolean {
  const file = servedLogAt(path);
  if (file === null) return false;
  return (start === null || file.last >= start) && (end === null || file.first < end);
}

function rowsSql(paths: readonly string[], { start, end }: AskedRange): Sql {
  if (paths.length === 0) return sql`select null::timestamp as ${SERVED_AT} where false`;
  const conditions = [
    sql`true`,
    ...(start === null ? [] : [sql`${SERVED_AT} >= ${timestamp(start)}`]),
    ...(end === null ? [] : [sql`${SERVED_AT} < ${timestamp(end)}`]),
  ];
  return sql`select *
from read_parquet(${pathList(paths)}, hive_partitioning = false, union_by_name = true)
where ${join(conditions, " and ")}
order by ${SERVED_AT}`;
}
