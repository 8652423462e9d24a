import {
  boundColumn,
  duration,
  formatRange,
  id,
  mergeRanges,
  micros,
  neededFrom,
  spineSql,
  sql,
  startBound,
  subtractRanges,
  TeselaError,
  touchesSql,
  type CompiledView,
  type Spine,
  type TimeRange,
} from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";

/** The history that a spine needs of a view: `null` where no row has a bound with values. */
export async function neededRanges(
  engine: Engine,
  spine: Spine,
  views: readonly CompiledView[],
  options: TaskOptions,
): Promise<readonly (TimeRange | null)[]> {
  const statements = views.map((view, index) => ({ sql: boundsSql(spine, views, view, index), rows: true }));
  const { results } = await engine.run({ files: [spine.path], statements }, options);
  return views.map((view, index) => {
    const [min, max] = results[index]![0]!;
    if (typeof min !== "bigint" || typeof max !== "bigint") return null;
    return { start: neededFrom(view.time, micros(min)), end: micros(max) };
  });
}

function boundsSql(spine: Spine, views: readonly CompiledView[], view: CompiledView, index: number): string {
  const boundary = id(boundColumn(index));
  return sql`select min(${boundary}), max(${boundary})
from (${spineOfViews(spine, views)})
where ${boundary} >= ${startBound(view.time)}`.text;
}

function spineOfViews(spine: Spine, views: readonly CompiledView[]): ReturnType<typeof spineSql> {
  return spineSql(
    spine,
    views.map((view) => ({ ...view, embargo: duration(0n) })),
  );
}

/**
 * TIME T12: the ranges that rows of the spine need and that are not materialized. Throws `NOT_MATERIALIZED`
 * naming them, unless they are to become nulls.
 */
export async function missingRanges(
  engine: Engine,
  spine: Spine,
  view: CompiledView,
  needed: TimeRange,
  live: readonly TimeRange[],
  onUnmaterialized: "error" | "null",
  options: TaskOptions,
): Promise<readonly TimeRange[]> {
  const gaps = subtractRanges(needed, mergeRanges(live));
  if (gaps.length === 0 || onUnmaterialized === "null") return gaps;
  const touched = sql`select count(*)
from (${spineOfViews(spine, [view])})
where ${touchesSql(view, gaps, id(boundColumn(0)))}`;
  const run = { files: [spine.path], statements: [{ sql: touched.text, rows: true }] };
  const { results } = await engine.run(run, options);
  const rows = results[0]![0]![0] as bigint;
  if (rows === 0n) return [];
  throw new TeselaError(
    "NOT_MATERIALIZED",
    `${rows} spine rows need history of feature view "${view.name}" that is not materialized: ${gaps.map(formatRange).join(", ")}.`,
    { fix: 'Materialize these ranges offline, or read with fromSource: true or onUnmaterialized: "null".' },
  );
}
