import {
  castSql,
  id,
  micros,
  sql,
  timestamp,
  type CompiledSource,
  type CompiledView,
  type SourceRelations,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import type { OpenedView } from "./view-source.ts";

/**
 * What each source gives a transformation that runs over one batch window (TIME T16): its rows of the window and
 * of its lookback, by the source's own event time; all of them where it is unfiltered. `from` says what to select
 * from instead of the source's own relation.
 */
export function windowedRelations(
  view: CompiledView,
  opened: OpenedView,
  window: TimeRange,
  from: (parameter: string) => Sql = (parameter) => sql`(${opened.relations.get(parameter)!})`,
): SourceRelations {
  const relations = view.sources.map((source, index): [string, Sql] => {
    const all = sql`select * from ${from(source.parameter)}`;
    if (source.sees === "unfiltered") return [source.parameter, all];
    const time = timeSql(source, opened.sources[index]!.columns);
    const start = micros(window.start - source.sees.lookback);
    return [
      source.parameter,
      sql`${all} where ${time} >= ${timestamp(start)} and ${time} < ${timestamp(window.end)}`,
    ];
  });
  return new Map(relations);
}

function timeSql({ definition }: CompiledSource, columns: readonly { name: string; type: string }[]): Sql {
  const { timestampField } = definition.batch;
  const column = columns.find(({ name }) => name === timestampField)!;
  return castSql(id(timestampField), column.type, "timestamp");
}
