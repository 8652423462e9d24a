import {
  EVENT_TIME,
  floorSql,
  formatInstant,
  id,
  join,
  micros,
  parseInstant,
  sql,
  TeselaError,
  type CompiledView,
  type EpochMicros,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import type { Engine, TaskOptions } from "../../engine/engine.ts";
import type { WireValue } from "../../engine/protocol.ts";
import { touchedRanges } from "./touched-ranges.ts";
import type { UploadedRows } from "./uploaded-rows.ts";

/** The online value of a key holds every row that is dated in the future. */
const MOST_WAITING_ROWS = 10_000n;

/** The event times that every part of the platform can hold. */
export const TIMES: TimeRange = {
  start: parseInstant("0001-01-01T00:00:00Z"),
  end: micros(parseInstant("9999-12-31T00:00:00Z")),
};

/** What an upload holds, before anything of it is written. */
export interface RowsSummary {
  readonly rows: bigint;
  readonly rejectedRows: bigint;
  readonly ranges: readonly TimeRange[];
}

/** The rows that a table accepts: all but those with a null key or event time (TIME T1, T9). */
export function acceptedSql(table: CompiledView, uploaded: Sql): Sql {
  return sql`select *
from (${uploaded})
where ${isComplete(table)}`;
}

function isComplete({ joinKeys }: CompiledView): Sql {
  return join(
    [EVENT_TIME, ...joinKeys.map(({ name }) => name)].map((name) => sql`${id(name)} is not null`),
    " and ",
  );
}

/**
 * Counts the rows and finds the ranges that they replace. Throws `VALIDATION` for event times that no calendar
 * of four digits has, and for a key with too many rows that wait for the clock.
 */
export async function summarizeRows(
  engine: Engine,
  table: CompiledView,
  { relation, path }: UploadedRows,
  now: EpochMicros,
  options: TaskOptions,
): Promise<RowsSummary> {
  const statements = [countsSql(table, relation), gridSql(table, relation), waitingSql(table, relation, now)];
  const run = { files: [path], statements: statements.map(({ text }) => ({ sql: text, rows: true })) };
  const { results } = await engine.run(run, options);
  const [all, complete, outside] = results[0]![0]! as readonly bigint[];
  if (outside! > 0n) throw outOfTime(table, outside!);
  const [most] = results[2]![0] ?? [];
  if (table.online && bigintOf(most) > MOST_WAITING_ROWS) throw tooManyWaiting(table, now, bigintOf(most));
  const starts = results[1]!.map(([start]) => micros(bigintOf(start)));
  return {
    rows: complete!,
    rejectedRows: all! - complete!,
    ranges: touchedRanges(starts, table.time.schedule),
  };
}

function countsSql(table: CompiledView, uploaded: Sql): Sql {
  const time = id(EVENT_TIME);
  const known = sql`${time} >= ${instantSql(TIMES.start)} and ${time} < ${instantSql(TIMES.end)}`;
  return sql`select
  count(*),
  count(*) filter (${isComplete(table)}),
  count(*) filter (${isComplete(table)} and not (${known}))
from (${uploaded})`;
}

function instantSql(instant: EpochMicros): Sql {
  return sql`make_timestamp(${instant}::bigint)`;
}

function gridSql(table: CompiledView, uploaded: Sql): Sql {
  const start = floorSql(sql`epoch_us(${id(EVENT_TIME)})`, table.time.schedule);
  return sql`select distinct ${start}
from (${acceptedSql(table, uploaded)})
where isfinite(${id(EVENT_TIME)})`;
}

function waitingSql(table: CompiledView, uploaded: Sql, now: EpochMicros): Sql {
  return sql`select count(*) as waiting
from (${acceptedSql(table, uploaded)})
where ${id(EVENT_TIME)} >= ${instantSql(now)}
group by ${join(table.joinKeys.map(({ name }) => id(name)))}
order by waiting desc
limit 1`;
}

function bigintOf(value: WireValue | undefined): bigint {
  return typeof value === "bigint" ? value : 0n;
}

function outOfTime(table: CompiledView, rows: bigint): TeselaError {
  const column = `column "${table.timestampField}"`;
  const years = `${formatInstant(TIMES.start)} to ${formatInstant(TIMES.end)}`;
  return new TeselaError(
    "VALIDATION",
    `${rows} rows have an instant in ${column} that is not from ${years}.`,
    {
      fix: "Correct these instants: are they perhaps in another unit?",
    },
  );
}

function tooManyWaiting(table: CompiledView, now: EpochMicros, rows: bigint): TeselaError {
  const found = `A key has ${rows} rows dated after the platform clock, ${formatInstant(now)}`;
  return new TeselaError(
    "VALIDATION",
    `${found}; feature table "${table.name}" holds at most ${MOST_WAITING_ROWS} of them online.`,
    { fix: "Check the clock and the unit of the instants, or ingest rows nearer to their time." },
  );
}
