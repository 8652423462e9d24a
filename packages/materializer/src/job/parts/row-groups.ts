import { pathList, sql, text, type CompiledView, type RowGroup, type Sql } from "@tesela/core";
import type { Engine, TaskOptions } from "../../engine/engine.ts";
import type { OpenedView } from "../../source/view-source.ts";

/**
 * The row groups of a view's source files, with the times that their footers state; none where those do not tell:
 * no Parquet, several sources, or no statistics of the time.
 */
export async function rowGroupsOf(
  engine: Engine,
  view: CompiledView,
  { paths }: OpenedView,
  options: TaskOptions,
): Promise<readonly RowGroup[]> {
  const [source, ...others] = view.sources;
  const batch = source?.definition.batch;
  if (others.length > 0 || batch?.format !== "parquet" || batch.timestampField === undefined) return [];
  const statement = { sql: groupsSql(batch.timestampField, paths).text, rows: true };
  const { results } = await engine.run({ files: [...paths], statements: [statement] }, options);
  const groups = results[0]!.map(([rows, start, end]) => ({ rows: Number(rows), start, end }));
  return groups.every(isStated) ? groups : [];
}

function groupsSql(column: string, paths: readonly string[]): Sql {
  return sql`select
  row_group_num_rows,
  epoch_us(try_cast(stats_min_value as timestamp)),
  epoch_us(try_cast(stats_max_value as timestamp))
from parquet_metadata(${pathList(paths)})
where path_in_schema = ${text(column)}`;
}

function isStated(group: { rows: number; start: unknown; end: unknown }): group is RowGroup {
  return typeof group.start === "bigint" && typeof group.end === "bigint";
}
