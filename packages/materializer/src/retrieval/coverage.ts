import {
  boundColumn,
  formatRange,
  id,
  INSTANT,
  keyColumn,
  mergeRanges,
  micros,
  neededByRowSql,
  spineKey,
  spineSql,
  sql,
  startBound,
  subtractRanges,
  TeselaError,
  touchesSql,
  type AskedView,
  type Spine,
  type TimeRange,
} from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";

/** The history that a spine needs of each view: `null` where no row has a bound with values. */
export async function neededRanges(
  engine: Engine,
  spine: Spine,
  views: readonly AskedView[],
  options: TaskOptions,
): Promise<readonly (TimeRange | null)[]> {
  const statements = views.map((view, index) => ({ sql: neededSql(spine, views, view, index), rows: true }));
  const { results } = await engine.run({ files: [spine.path], statements }, options);
  return results.map((rows) => {
    const [start, end] = rows![0]!;
    if (typeof start !== "bigint" || typeof end !== "bigint") return null;
    return { start: micros(start), end: micros(end > start ? end : start) };
  });
}

function neededSql(spine: Spine, views: readonly AskedView[], asked: AskedView, index: number): string {
  const boundary = id(boundColumn(index));
  return sql`select min(${neededByRowSql(asked, boundary, id(INSTANT))}), max(${boundary})
from (${spineSql(spine, views)})
where ${boundary} >= ${startBound(asked.view.time)}`.text;
}

/** What a read does where history is missing. */
export interface Coverage {
  readonly live: readonly TimeRange[];
  readonly onUnmaterialized: "error" | "null";
}

/**
 * TIME T12: the ranges that rows of the spine need and that are not materialized. Throws `NOT_MATERIALIZED`
 * naming them, unless they are to become nulls.
 */
export async function missingRanges(
  engine: Engine,
  { spine, asked, needed }: { readonly spine: Spine; readonly asked: AskedView; readonly needed: TimeRange },
  { live, onUnmaterialized }: Coverage,
  options: TaskOptions,
): Promise<readonly TimeRange[]> {
  const gaps = subtractRanges(needed, mergeRanges(live));
  if (gaps.length === 0 || onUnmaterialized === "null") return gaps;
  const keys = asked.view.joinKeys.map((key) => id(keyColumn(spineKey(asked, key))));
  const touched = sql`select count(*)
from (${spineSql(spine, [asked])})
where ${touchesSql(asked, gaps, { keys, boundary: id(boundColumn(0)), instant: id(INSTANT) })}`;
  const run = { files: [spine.path], statements: [{ sql: touched.text, rows: true }] };
  const { results } = await engine.run(run, options);
  const rows = results[0]![0]![0] as bigint;
  if (rows === 0n) return [];
  throw notMaterialized(`${rows} spine rows need`, asked.view.name, gaps);
}

/** The error of TIME T12, naming the ranges. */
export function notMaterialized(who: string, view: string, gaps: readonly TimeRange[]): TeselaError {
  const ranges = gaps.map(formatRange).join(", ");
  return new TeselaError(
    "NOT_MATERIALIZED",
    `${who} history of feature view "${view}" that is not materialized: ${ranges}.`,
    { fix: 'Materialize these ranges offline, or read with fromSource: true or onUnmaterialized: "null".' },
  );
}
