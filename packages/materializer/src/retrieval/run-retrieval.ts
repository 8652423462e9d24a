import { join as joinPath } from "node:path";
import type { RetrievalPayload, RetrievalResult } from "@tesela/contract";
import {
  compileView,
  id,
  join,
  pointInTimeSql,
  repositoryOf,
  sql,
  text,
  type CompiledView,
  type ReadView,
  type Sql,
} from "@tesela/core";
import { textOf } from "../cage/ast.ts";
import { inspectParquet } from "../cage/footer.ts";
import type { TaskOptions } from "../engine/engine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { neededRanges } from "./coverage.ts";
import { openReadView, type OpenedReadView } from "./read-view.ts";
import { spineOf } from "./spine-file.ts";

/** Joins a spine to its views: Parquet in, Parquet out, in spine order (TIME T10). */
export async function runRetrieval(
  context: WorkerContext,
  payload: RetrievalPayload,
  options: TaskOptions & { readonly signal: AbortSignal },
): Promise<RetrievalResult> {
  const { engine, offlineStore, spineLimits } = context;
  const views = payload.views.map(compilePayload);
  await using spineFile = await offlineStore.open(payload.spinePath, options);
  const [file] = await inspectParquet(engine, [spineFile.localPath], spineLimits, options);
  const spine = spineOf(spineFile.localPath, file!.columns, views, payload.timestampKey);
  await using stack = new AsyncDisposableStack();
  const needed = await neededRanges(engine, spine, views, options);
  const opened: OpenedReadView[] = [];
  for (const [index, view] of views.entries()) {
    const generationId = Number(payload.views[index]!.generationId);
    const request = { view, generationId, spine, needed: needed[index]!, payload };
    opened.push(stack.use(await openReadView(context, request, options)));
  }
  await using scratch = await offlineStore.createScratch();
  const path = joinPath(scratch.directory, "result.parquet");
  const query = pointInTimeSql(spine, opened.map(readViewOf));
  const paths = [spine.path, path, ...opened.flatMap((one) => one.paths)];
  const result = await writeResult(context, { query, path, paths, views }, options);
  await Promise.all(opened.map((one) => one.checkUnchanged()));
  const { bytes } = await offlineStore.put(path, payload.resultPath, options);
  return { ...result, bytes };
}

function compilePayload(view: RetrievalPayload["views"][number]): CompiledView {
  return compileView(view.definition, repositoryOf([...view.entities, ...view.sources]), view.resolved);
}

function readViewOf({ view, stored, gaps }: OpenedReadView): ReadView {
  return { view, stored, gaps };
}

interface ResultQuery {
  readonly query: Sql;
  readonly path: string;
  readonly paths: readonly string[];
  readonly views: readonly CompiledView[];
}

async function writeResult(
  { engine }: WorkerContext,
  { query, path, paths, views }: ResultQuery,
  options: TaskOptions,
): Promise<Omit<RetrievalResult, "bytes">> {
  const statements = [
    { sql: copySql(query, path).text },
    { sql: sql`describe select * from read_parquet(${text(path)})`.text, rows: true },
    { sql: statisticsSql(path, views).text, rows: true },
  ];
  const { results } = await engine.run({ files: paths, statements }, options);
  const [rowCount, ...matched] = results[2]![0]!.map(Number);
  return {
    rowCount: rowCount!,
    columns: results[1]!.map(([name, type]) => ({ name: textOf(name), type: textOf(type) })),
    statistics: Object.fromEntries(
      views.map(({ name }, index) => [name, { matched: matched[index]!, null: rowCount! - matched[index]! }]),
    ),
  };
}

/** Row groups are small, so that whoever looks at the first rows decodes no more than a batch. */
function copySql(query: Sql, path: string): Sql {
  return sql`copy (${query}) to ${text(path)} (format parquet, compression zstd, row_group_size 20480)`;
}

/** Rows in all, and for each view those with a feature that is not null. */
function statisticsSql(path: string, views: readonly CompiledView[]): Sql {
  const counts = views.map(({ name, shape }) => {
    const features = shape.features.map((feature) => sql`${id(`${name}.${feature.name}`)} is not null`);
    return sql`count(*) filter (${join(features, " or ")})`;
  });
  return sql`select ${join([sql`count(*)`, ...counts], ", ")} from read_parquet(${text(path)})`;
}
