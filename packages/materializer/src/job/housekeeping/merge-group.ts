import { join as joinPath } from "node:path";
import {
  fileColumns,
  id,
  join,
  keepsVersions,
  mergeRanges,
  micros,
  sql,
  storedTime,
  storedVersionsSql,
  TeselaError,
  text,
  VERSION,
  type CompiledView,
  type LivePath,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import { attemptPath } from "@tesela/offline-store";
import type { ClaimedAttempt, MergeGroup, NewFile } from "@tesela/registry";
import type { TaskOptions } from "../../engine/engine.ts";
import type { WireValue } from "../../engine/protocol.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";

/** A merge to be done: which of an attempt's, of which files. */
export interface Merge {
  readonly attempt: ClaimedAttempt;
  readonly view: CompiledView;
  readonly group: MergeGroup;
  readonly index: number;
}

/**
 * Writes the live rows of a group into one file, sorted by key and time; `null` where there is none. Throws
 * `INTERNAL` unless what was written has the rows that were read: their number, and the sum of their hashes.
 */
export async function mergeGroup(
  context: WorkerContext,
  { attempt, view, group, index }: Merge,
  options: TaskOptions,
): Promise<NewFile | null> {
  await using stack = new AsyncDisposableStack();
  const files: LivePath[] = [];
  for (const { path, parts } of group) {
    const opened = stack.use(await context.offlineStore.open(path, options));
    files.push({ path: opened.localPath, live: mergeRanges(parts.map(({ during }) => during)) });
  }
  const scratch = stack.use(await context.offlineStore.createScratch());
  const name = `part-${index}.parquet`;
  const path = joinPath(scratch.directory, name);
  const written = await write(context, view, files, path, options);
  if (written.rows === 0) return null;
  const { workspaceId, viewName, generationId: generation, id: attemptId } = attempt;
  const address = { workspaceId: String(workspaceId), viewName, generation, attemptId };
  return { ...(await context.offlineStore.put(path, attemptPath(address, name), options)), ...written };
}

async function write(
  { engine }: WorkerContext,
  view: CompiledView,
  files: readonly LivePath[],
  path: string,
  options: TaskOptions,
): Promise<Pick<NewFile, "rows" | "minTime" | "maxTime">> {
  const live = storedVersionsSql(view, files, hull(files));
  const written = sql`select * from read_parquet(${text(path)}, hive_partitioning = false)`;
  const statements = [
    { sql: copySql(view, live, path).text },
    { sql: contentSql(view, live).text, rows: true },
    { sql: contentSql(view, written).text, rows: true },
  ];
  const run = { files: [...files.map((file) => file.path), path], statements };
  const { results } = await engine.run(run, options);
  const [before, after] = [results[1]![0]!, results[2]![0]!];
  if (before.some((value, index) => value !== after[index])) throw differs(view);
  const [rows, , min, max] = after;
  return { rows: Number(rows), minTime: instantOf(min), maxTime: instantOf(max) };
}

function copySql(view: CompiledView, live: Sql, path: string): Sql {
  const versions = keepsVersions(view) ? [id(VERSION)] : [];
  const order = [...view.joinKeys.map(({ name }) => id(name)), id(storedTime(view)), ...versions];
  return sql`copy (
select ${columnsOf(view)}
from (${live})
order by ${join(order, ", ")}
) to ${text(path)} (format parquet, compression zstd)`;
}

/** How many rows, the sum of their hashes, and the times of the first and the last. */
function contentSql(view: CompiledView, rows: Sql): Sql {
  const time = id(storedTime(view));
  return sql`select count(*), sum(hash(${columnsOf(view)}))::varchar, epoch_us(min(${time})), epoch_us(max(${time}))
from (${rows})`;
}

function columnsOf(view: CompiledView): Sql {
  return join(
    fileColumns(view).map(({ name }) => id(name)),
    ", ",
  );
}

function hull(files: readonly LivePath[]): TimeRange {
  const live = mergeRanges(files.flatMap((file) => file.live));
  return { start: live[0]!.start, end: live.at(-1)!.end };
}

function instantOf(value: WireValue | undefined): NewFile["minTime"] {
  return typeof value === "bigint" ? micros(value) : null;
}

function differs({ name }: CompiledView): TeselaError {
  return new TeselaError(
    "INTERNAL",
    `Files of view "${name}" were merged into one that differs from them; it is not used.`,
  );
}
