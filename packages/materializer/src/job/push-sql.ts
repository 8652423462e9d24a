import {
  firstVisible,
  id,
  intersect,
  join,
  mergeRanges,
  neededFrom,
  sql,
  storedColumns,
  storedSql,
  storedTime,
  trusted,
  type CompiledView,
  type EpochMicros,
  type LivePath,
  type Sql,
  type TimeRange,
} from "@tesela/core";

/** The column of a pushed row's time in microseconds; null where a key has only something to remove. */
export const PUSH_TIME = "__push_time";

/** What a push reads: the commit's own rows, and what is online until then. */
export interface PushFiles {
  readonly range: TimeRange;
  /** What is answered at until the push is done, and then: both must find their rows. */
  readonly edgeBefore: EpochMicros | null;
  readonly edgeAfter: EpochMicros | null;
  /** Files of the commit. */
  readonly fresh: readonly LivePath[];
  /** Live online files before the range: where an earlier row may have to come back from. */
  readonly before: readonly LivePath[];
  /** Live online files within the range, and what an abandoned push may have left there. */
  readonly replaced: readonly LivePath[];
}

/** Rows to push, by key and time; for each key all that the commit brings, or one row of nulls. */
export function pushSql(view: CompiledView, files: PushFiles): Sql {
  const rows = [freshSql(view, files)];
  if (files.replaced.length > 0) rows.push(removedSql(view, files));
  if (files.replaced.length > 0 && view.shape.kind === "attributes") rows.push(priorSql(view, files));
  const order = [...view.joinKeys.map(({ name }) => id(name)), id(PUSH_TIME)];
  return sql`select * from (
${join(rows, "\nunion all\n")}
)
order by ${join(order, ", ")}`;
}

/** Of the commit's rows those that can still be served. */
function freshSql(view: CompiledView, files: PushFiles): Sql {
  const parts = servedParts(view, files).map((part) => storedSql(view, files.fresh, part));
  const stored = parts.length === 0 ? storedSql(view, [], files.range) : join(parts, "\nunion all\n");
  return rowsSql(view, stored, edgesOf(files));
}

/** The parts of the range that answers at an edge need, and all that waits for the edge to move. */
function servedParts(view: CompiledView, files: PushFiles): TimeRange[] {
  const { range, edgeAfter } = files;
  const edges = edgesOf(files).map((edge) => ({ start: neededFrom(view.time, edge), end: edge }));
  const waiting = { start: edgeAfter ?? range.start, end: range.end };
  return mergeRanges([...edges, waiting])
    .map((part) => intersect(part, range))
    .filter((part) => part !== null);
}

function edgesOf({ edgeBefore, edgeAfter }: PushFiles): EpochMicros[] {
  return [edgeBefore, edgeAfter].filter((edge) => edge !== null);
}

/** The newest row before the range of each key whose rows may go: an overwrite brings it back. */
function priorSql(view: CompiledView, files: PushFiles): Sql {
  const before = { start: firstVisible(view.time), end: files.range.start };
  const prior = rowsSql(view, storedSql(view, files.before, before), edgesOf(files));
  return sql`select * from (${prior})
semi join (${keysSql(view, files)}) using (${keyList(view)})`;
}

/** One row of nulls for each key whose rows may go, so that the push looks at it. */
function removedSql(view: CompiledView, files: PushFiles): Sql {
  const values = storedColumns(view).slice(view.joinKeys.length + 1);
  const nulls = values.map(({ name, duckdbType }) =>
    cellSql(sql`null::${trusted(duckdbType)}`, duckdbType, name),
  );
  return sql`select ${keyList(view)}, null::bigint as ${id(PUSH_TIME)}, ${join(nulls, ", ")}
from (${keysSql(view, files)})`;
}

function keysSql(view: CompiledView, files: PushFiles): Sql {
  return sql`select distinct ${keyList(view)} from (${storedSql(view, files.replaced, files.range)})`;
}

function keyList(view: CompiledView): Sql {
  return join(
    view.joinKeys.map(({ name }) => id(name)),
    ", ",
  );
}

/** Stored rows as a push takes them; of attributes, for each key, the newest before each edge and of all. */
function rowsSql(view: CompiledView, stored: Sql, edges: readonly EpochMicros[]): Sql {
  const rows = sql`select ${pushedColumns(view)}
from (${stored})`;
  if (view.shape.kind === "aggregates") return rows;
  const visible = edges.map((edge) => sql`, ${id(PUSH_TIME)} < ${edge}`);
  return sql`${rows}
qualify row_number() over (
  partition by ${keyList(view)}${join(visible, "")}
  order by ${id(PUSH_TIME)} desc
) = 1`;
}

/** Keys, time in microseconds, and cells of stored rows. */
export function pushedColumns(view: CompiledView): Sql {
  const values = storedColumns(view).slice(view.joinKeys.length + 1);
  const cells = values.map(({ name, duckdbType }) => cellSql(id(name), duckdbType, name));
  return sql`${keyList(view)}, epoch_us(${id(storedTime(view))}) as ${id(PUSH_TIME)}, ${join(cells, ", ")}`;
}

/** Cells as the types that JavaScript holds exactly: instants as microseconds, decimals as integers. */
function cellSql(value: Sql, duckdbType: string, name: string): Sql {
  if (duckdbType === "TIMESTAMP") return sql`epoch_us(${value}) as ${id(name)}`;
  if (duckdbType === "DECIMAL(38,0)") return sql`${value}::hugeint as ${id(name)}`;
  return sql`${value} as ${id(name)}`;
}
