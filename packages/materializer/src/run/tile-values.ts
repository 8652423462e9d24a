import {
  aliased,
  computedSql,
  id,
  isInstantGrain,
  join,
  sql,
  tileColumnName,
  TILE_START,
  type AggregateDefinition,
  type CompiledView,
  type FeatureViewDefinition,
  type Sql,
  type TimeRange,
  type ViewShape,
} from "@tesela/core";
import { eventsOf } from "../source/incremental-events.ts";
import type { OpenedView } from "../source/view-source.ts";

type AggregateShape = Extract<ViewShape, { kind: "aggregates" }>;

/** The tiles of a range: each function over one aggregation interval of a key, and the interval. */
export function tileValuesSql(
  view: CompiledView,
  shape: AggregateShape,
  definition: FeatureViewDefinition,
  opened: OpenedView,
  range: TimeRange,
): Sql {
  const keys = view.joinKeys.map(({ name }) => id(name));
  const start = sql`epoch_us(${id(TILE_START)})`;
  const bounds = [
    sql`${id(TILE_START)} as ${id("_interval_start")}`,
    sql`make_timestamp(${start} + ${shape.interval}) as ${id("_interval_end")}`,
  ];
  return sql`select ${join([...keys, ...valuesSql(view, shape, definition), ...bounds])}
from (${computedSql(view, eventsOf(view, opened, range))})
order by ${join([id(TILE_START), ...keys], ", ")}`;
}

/** Features over different windows are one column here. */
function valuesSql(
  view: CompiledView,
  shape: AggregateShape,
  definition: FeatureViewDefinition,
): readonly Sql[] {
  const declared = definition.features.filter((one): one is AggregateDefinition => one.kind === "aggregate");
  const isContinuous = view.kind === "stream" && isInstantGrain(view.time);
  const interval = isContinuous ? null : shape.interval;
  const columns = shape.features.map((feature, index): readonly [string, Sql] => {
    const partials = feature.partials.map((at) => id(shape.partials[at]!.name));
    const name = tileColumnName(declared[index]!, interval);
    return [name, aliased(feature.aggregate.finalizeSql(partials, feature.input), name)];
  });
  return [...new Map(columns).values()];
}
