import {
  duckdbTypeOf,
  EVENT_TIME,
  pathList,
  sql,
  TILE_START,
  withoutDeletedSql,
  type DeletedKeys,
  type Sql,
} from "@tesela/core";
import { textOf } from "../../cage/ast.ts";
import type { Engine, TaskOptions } from "../../engine/engine.ts";

/** What a file of the offline store tells of itself. */
export interface FileShape {
  /** Names and DuckDB types, in order: join keys, the time, values. */
  readonly columns: ReadonlyMap<string, string>;
  /** The column of its rows' times: an event's time, or a tile's start. */
  readonly time: string;
}

/** The rows of a file at an exact local path. */
export function fileRowsSql(path: string): Sql {
  return sql`select * from read_parquet(${pathList([path])}, hive_partitioning = false)`;
}

/** Looks at the columns of a file; `null` where it is none that a view has written. */
export async function fileShapeOf(
  engine: Engine,
  path: string,
  options: TaskOptions,
): Promise<FileShape | null> {
  const describe = { sql: sql`describe ${fileRowsSql(path)}`.text, rows: true };
  const { results } = await engine.run({ files: [path], statements: [describe] }, options);
  const columns = new Map(results[0]!.map(([name, type]) => [textOf(name), textOf(type)]));
  const time = [EVENT_TIME, TILE_START].find((name) => columns.has(name));
  return time === undefined ? null : { columns, time };
}

/** The columns that a file is sorted by: its join keys, then its time. */
export function sortedColumns({ columns, time }: FileShape): readonly string[] {
  const names = [...columns.keys()];
  return names.slice(0, names.indexOf(time) + 1);
}

/**
 * The deletions that are about a file. One of a generation with other join keys is about it when the file has its
 * keys: what a retired generation knows of a deleted key goes whole.
 */
export function fittingKeys({ columns }: FileShape, groups: readonly DeletedKeys[]): readonly DeletedKeys[] {
  return groups.filter(({ joinKeys }) =>
    joinKeys.every(({ name, type }) => columns.get(name) === duckdbTypeOf[type]),
  );
}

/** The rows of a file that no deletion hides. */
export function visibleRowsSql(path: string, { time }: FileShape, groups: readonly DeletedKeys[]): Sql {
  return groups.reduce((rows, deleted) => withoutDeletedSql(rows, time, deleted), fileRowsSql(path));
}
