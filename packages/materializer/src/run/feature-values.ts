import {
  askedFeatures,
  computedSql,
  duckdbTypeOf,
  duration,
  floor,
  id,
  join,
  pathList,
  pointInTimeSql,
  sql,
  statusCode,
  statusColumn,
  text,
  TILE_START,
  wholeView,
  type CompiledView,
  type ReadView,
  type Sql,
  type TimeRange,
  type ViewShape,
} from "@tesela/core";
import { eventsOf } from "../source/incremental-events.ts";
import type { OpenedView } from "../source/view-source.ts";

type AggregateShape = Extract<ViewShape, { kind: "aggregates" }>;

/** Files of a run between its steps. */
export interface StepFiles {
  readonly tiles: string;
  readonly spine: string;
  readonly joined: string;
}

/** The statements that compute feature values, and where these are then. */
export interface FeatureValues {
  readonly statements: readonly Sql[];
  readonly values: Sql;
  /** A query of the first key and instant whose value does not fit its type. */
  readonly misfit: Sql;
}

/**
 * The features of each key at the end of every aggregation interval in which it has events, from the events of the
 * range alone: the join of a historical read, over a spine of these ends.
 */
export function featureValues(
  view: CompiledView,
  shape: AggregateShape,
  opened: OpenedView,
  range: TimeRange,
  files: StepFiles,
): FeatureValues {
  const asked = readView(view, shape, range, files.tiles);
  const keys = view.joinKeys.map(({ name }) => id(name));
  const at = [...keys, id(view.timestampField)];
  const features = askedFeatures(asked).map(({ name, column }) => sql`${id(column)} as ${id(name)}`);
  const joined = sql`read_parquet(${pathList([files.joined])})`;
  return {
    statements: [
      written(computedSql(view, eventsOf(view, opened, range)), files.tiles),
      written(endsSql(view, shape, range, files.tiles), files.spine),
      written(pointInTimeSql(spineOf(view, files.spine), [asked]), files.joined),
    ],
    values: sql`select ${join([...at, ...features], ", ")}
from ${joined}
order by ${join([id(view.timestampField), ...keys], ", ")}`,
    misfit: sql`select ${join(
      at.map((column) => sql`${column}::varchar`),
      ", ",
    )}
from ${joined}
where ${id(statusColumn(0))} = ${statusCode("error")}
limit 1`,
  };
}

/** The law without what is about schedules: bounds are the ends of tiles, and the range is all there is. */
function readView(view: CompiledView, shape: AggregateShape, range: TimeRange, tiles: string): ReadView {
  const time = {
    ...view.time,
    grain: shape.interval,
    dataDelay: duration(0n),
    featureStart: floor(range.start, shape.interval),
  };
  return {
    ...wholeView({ ...view, time }),
    stored: sql`select * from read_parquet(${pathList([tiles])}, hive_partitioning = false)`,
    gaps: [],
    isSelective: false,
  };
}

function endsSql(view: CompiledView, { interval }: AggregateShape, { end }: TimeRange, tiles: string): Sql {
  const keys = view.joinKeys.map(({ name }) => id(name));
  const tileEnd = sql`epoch_us(${id(TILE_START)}) + ${interval}`;
  return sql`select distinct ${join(keys, ", ")}, make_timestamp(${tileEnd}) as ${id(view.timestampField)}
from read_parquet(${pathList([tiles])}, hive_partitioning = false)
where ${tileEnd} <= ${end}`;
}

function spineOf(view: CompiledView, path: string): Parameters<typeof pointInTimeSql>[0] {
  const keys = view.joinKeys.map(({ name, type }) => ({ name, duckdbType: duckdbTypeOf[type] }));
  const time = { name: view.timestampField, duckdbType: duckdbTypeOf.timestamp };
  return { path, columns: [...keys, time], timestampKey: view.timestampField };
}

function written(query: Sql, path: string): Sql {
  return sql`copy (${query}) to ${text(path)} (format parquet)`;
}
