import { join as joinPath } from "node:path";
import type { ExplainedRowView, ExplainPayload, ExplanationData } from "@tesela/contract";
import {
  askedFeatures,
  bound,
  explainRow,
  firstVisible,
  formatInstant,
  id,
  INSTANT,
  join,
  keyColumn,
  mergeRanges,
  micros,
  pathList,
  pointInTimeSql,
  READ_STATUSES,
  spineKey,
  spineSql,
  sql,
  statusColumn,
  subtractRanges,
  TeselaError,
  text,
  type AskedView,
  type EpochMicros,
  type ReadView,
  type Spine,
  type TimeRange,
} from "@tesela/core";
import { textOf } from "../cage/ast.ts";
import type { TaskOptions } from "../engine/engine.ts";
import type { WireValue } from "../engine/protocol.ts";
import { neededRanges } from "../retrieval/coverage.ts";
import { ALL_FILES, openReadView, readsSource, type OpenedReadView } from "../retrieval/read-view.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { nearestOf, nearestSql } from "./nearest-rows.ts";

/** Why one row of a spine gets what it gets: the read, of that row alone, with a look at the rows around its bound. */
export async function explainSpineRow(
  context: WorkerContext,
  payload: ExplainPayload,
  { spine, asked }: { readonly spine: Spine; readonly asked: readonly AskedView[] },
  options: TaskOptions,
): Promise<ExplanationData["row"]> {
  const row = payload.row!;
  await using stack = new AsyncDisposableStack();
  const scratch = stack.use(await context.offlineStore.createScratch());
  const one = { ...spine, path: joinPath(scratch.directory, "row.parquet") };
  await copyRow(context, spine, one.path, row, options);
  const needed = await neededRanges(context.engine, one, asked, options);
  const views: OpenedReadView[] = [];
  for (const [index, view] of asked.entries()) {
    const own = needed[index]!;
    const request = {
      asked: view,
      generationId: Number(payload.views[index]!.generationId),
      payload: { ...payload, kind: "spine" as const },
      needed: own === null ? null : aroundOf(view, own, readsSource(view, payload)),
      gapsOf: async (live: readonly TimeRange[]) =>
        own === null ? [] : subtractRanges(own, mergeRanges(live)),
      choice: own === null ? ALL_FILES : { kind: "nearest" as const, to: own },
      isPlan: false,
    };
    views.push(stack.use(await openReadView(context, request, options)));
  }
  return await readRow(context, one, views, row, options);
}

async function copyRow(
  { engine }: WorkerContext,
  spine: Spine,
  path: string,
  row: number,
  options: TaskOptions,
): Promise<void> {
  const copy = sql`copy (
  select *
  from read_parquet(${pathList([spine.path])}, hive_partitioning = false)
  limit 1 offset ${BigInt(row)}
) to ${text(path)} (format parquet)`;
  const count = sql`select count(*) from read_parquet(${text(path)})`;
  const statements = [{ sql: copy.text }, { sql: count.text, rows: true }];
  const { results } = await engine.run({ files: [spine.path, path], statements }, options);
  if (results[1]![0]![0] === 1n) return;
  const problems = [{ path: "row", message: `the spine has no row ${row}`, fix: "The first row is row 0." }];
  throw new TeselaError("VALIDATION", `The spine has no row ${row}.`, {
    fix: "The first row is row 0.",
    problems,
  });
}

/** After every instant that there are rows of. */
const FAR = micros(2n ** 62n);
/** Batch windows at most that a transformation is run over to look around. */
const WINDOWS = 1_000n;

/** All that a row may see, and what lies after it; of a transformation that runs per window, what is near. */
function aroundOf({ view }: AskedView, needed: TimeRange, isSource: boolean): TimeRange {
  const first = firstVisible(view.time);
  const start = needed.start < first ? needed.start : first;
  if (!isSource || !view.isIncremental) return { start, end: FAR };
  const { schedule } = view.time;
  const end = micros(needed.end + 2n * schedule);
  const earliest = micros(end - WINDOWS * schedule);
  return { start: needed.start < earliest ? needed.start : start > earliest ? start : earliest, end };
}

async function readRow(
  { engine }: WorkerContext,
  spine: Spine,
  views: readonly OpenedReadView[],
  row: number,
  options: TaskOptions,
): Promise<ExplanationData["row"]> {
  const asked = views.map((one) => one.asked);
  const instants = { files: [spine.path], statements: [{ sql: keysSql(spine, asked), rows: true }] };
  const [found] = (await engine.run(instants, options)).results[0]!;
  const instant = typeof found![0] === "bigint" ? micros(found![0]) : null;
  const readViews = views.map(({ asked: view, stored, gaps }): ReadView => {
    return { ...view, stored, gaps, isSelective: true };
  });
  const statements = [
    { sql: valuesSql(spine, readViews), rows: true },
    ...readViews.map((view) => ({ sql: nearestSql(spine, view, instant), rows: true })),
  ];
  const files = [spine.path, ...views.flatMap(({ paths }) => paths)];
  const { results } = await engine.run({ files, statements }, options);
  let [value, key] = [0, 1];
  const explained = readViews.map((view, index) => {
    const features = askedFeatures(view).length;
    const keys = found!.slice(key, (key += view.view.joinKeys.length));
    const values = results[0]![0]!.slice(value, (value += features + 1));
    const { isWhole } = views[index]!;
    return explainedView(view, { instant, keys, values, nearest: results[index + 1]![0]!, isWhole });
  });
  return { row, instant: instant === null ? null : formatInstant(instant), views: explained };
}

/** The instant, then the join keys of each view as text. */
function keysSql(spine: Spine, asked: readonly AskedView[]): string {
  const keys = asked.flatMap((view) =>
    view.view.joinKeys.map((key) => sql`${id(keyColumn(spineKey(view, key)))}::varchar`),
  );
  return sql`select ${join([id(INSTANT), ...keys], ", ")} from (${spineSql(spine, asked)})`.text;
}

/** For each view its features as text, then its status. */
function valuesSql(spine: Spine, views: readonly ReadView[]): string {
  const columns = views.flatMap((view, index) => [
    ...askedFeatures(view).map(({ column }) => sql`${id(column)}::varchar`),
    sql`${id(statusColumn(index))}::bigint`,
  ]);
  return sql`select ${join(columns, ", ")} from (${pointInTimeSql(spine, views)})`.text;
}

interface FoundRow {
  readonly instant: EpochMicros | null;
  readonly keys: readonly WireValue[];
  /** Features as text, then the status. */
  readonly values: readonly WireValue[];
  readonly nearest: readonly WireValue[];
  readonly isWhole: boolean;
}

function explainedView(
  asked: ReadView,
  { instant, keys, values, nearest, isWhole }: FoundRow,
): ExplainedRowView {
  const { view, fences, gaps } = asked;
  const status = READ_STATUSES[Number(values.at(-1))]!;
  const rows = nearestOf(nearest);
  const explained = explainRow({ asked, status, instant, nearest: rows, gaps, isWhole });
  return {
    name: asked.name,
    keys: view.joinKeys.map((key, index) => ({ name: spineKey(asked, key), value: textOrNull(keys[index]) })),
    bound: instant === null ? null : formatInstant(bound(view.time, instant, fences)),
    ...explained,
    matched: status === "matched" && rows.before !== null ? formatInstant(rows.before) : null,
    values: askedFeatures(asked).map(({ name }, index) => ({
      feature: name,
      value: textOrNull(values[index]),
    })),
  };
}

function textOrNull(value: WireValue | undefined): string | null {
  return value == null ? null : textOf(value);
}
