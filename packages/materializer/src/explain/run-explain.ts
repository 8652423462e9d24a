import { basename } from "node:path";
import type { ExplainedView, ExplainPayload, ExplanationData } from "@tesela/contract";
import {
  id,
  INSTANT,
  micros,
  pointInTimeSql,
  spineSql,
  sql,
  type EpochMicros,
  type Spine,
} from "@tesela/core";
import { neededRanges } from "../retrieval/coverage.ts";
import { openSpineRead, type OpenedSpineRead } from "../retrieval/open-spine-read.ts";
import type { ReadOptions } from "../retrieval/run-retrieval.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { explainRealtime, readNames, renamed } from "./explain-realtime.ts";
import { explainSpineRow } from "./explain-row.ts";
import { explainView } from "./explain-view.ts";

/** Explains a historical read: opens what it would read and says what it would do, without joining. */
export async function runExplain(
  context: WorkerContext,
  payload: ExplainPayload,
  options: ReadOptions,
): Promise<ExplanationData> {
  const { row, ...read } = payload;
  const request = { ...read, kind: "spine" as const, onUnmaterialized: "null" as const };
  await using opened = await openSpineRead(context, request, { ...options, isPlan: true });
  const { spine, views, readViews } = opened;
  const asked = views.map((one) => one.asked);
  const { count, last } = await lookAt(context, opened, options);
  const needed = await neededRanges(context.engine, spine, asked, options);
  const explained: ExplainedView[] = [];
  for (const [index, one] of views.entries()) {
    const generationId = Number(payload.views[index]!.generationId);
    const view = { opened: one, generationId, needed: needed[index]!, example: last };
    explained.push(await explainView(context, payload, view));
  }
  const names = readNames(payload.realtime ?? []);
  const found = row === null ? null : await explainSpineRow(context, payload, { spine, asked }, options);
  return {
    spineRows: count,
    timestampKey: spine.timestampKey,
    views: renamed(explained, names),
    ...(payload.realtime === undefined ? {} : { realtime: explainRealtime(payload.realtime) }),
    row: found === null ? null : { ...found, views: renamed(found.views, names) },
    sql: withoutFolders(pointInTimeSql(spine, readViews).text, opened),
  };
}

/** How many rows a spine has, and its last instant. */
async function lookAt(
  { engine }: WorkerContext,
  { spine, readViews }: OpenedSpineRead,
  options: ReadOptions,
): Promise<{ readonly count: number; readonly last: EpochMicros | null }> {
  const query = sql`select count(*), max(${id(INSTANT)}) from (${spineSql(spine, readViews)})`;
  const run = { files: [spine.path], statements: [{ sql: query.text, rows: true }] };
  const [count, last] = (await engine.run(run, options)).results[0]![0]!;
  return { count: Number(count), last: typeof last === "bigint" ? micros(last) : null };
}

/** Where files lie on the worker is nobody's business. */
function withoutFolders(
  text: string,
  { spine, views }: Pick<OpenedSpineRead, "views"> & { spine: Spine },
): string {
  const paths = [spine.path, ...views.flatMap((view) => view.paths)];
  return paths.reduce((all, path) => all.replaceAll(path, basename(path)), text);
}
