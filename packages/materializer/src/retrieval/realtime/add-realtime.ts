import { createWriteStream } from "node:fs";
import { join as joinPath } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import type { RealtimeRead, RetrievalResult } from "@tesela/contract";
import {
  askedFeatures,
  id,
  join,
  sql,
  text,
  type AskedView,
  type RealtimeField,
  type Spine,
  type Sql,
} from "@tesela/core";
import type { RealtimeAnswer, RealtimeRow, StopBudget } from "@tesela/online-store";
import type { WireValue } from "../../engine/protocol.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { copySql, writeResult, type Written } from "../result.ts";
import type { ReadOptions } from "../run-retrieval.ts";
import { ANSWER_ROW, answerLine, answersSql, answerSql } from "./answer-lines.ts";
import { requestValueSql } from "./request-columns.ts";

/** Rows that are fetched from DuckDB at once. */
const FETCHED = 50_000;
/** Rows between two looks at whether the read was cancelled. */
const MAPPED = 5_000;
/** Rows of one read that may use up what a function is allowed. */
const MOST_STOPS = 100;

/** What running functions needs of a worker. */
type RealtimeContext = Pick<WorkerContext, "engine" | "realtime">;

/** A spine that was joined to all views of a read, those that only realtime views read among them. */
export interface JoinedSpine {
  readonly spine: Spine;
  readonly views: readonly AskedView[];
  readonly reads: readonly RealtimeRead[];
  readonly path: string;
  readonly rowCount: number;
}

/** A frame with the features of realtime views, and how many rows these failed on. */
export interface RealtimeFrame {
  readonly path: string;
  readonly written: Written;
  readonly statistics: RetrievalResult["statistics"];
}

/**
 * Runs the functions of realtime views over a joined spine and writes the frame that a read asked for, in the
 * spine's order; a row that a function fails on has nulls and is counted.
 */
export async function addRealtime(
  context: RealtimeContext,
  joined: JoinedSpine,
  directory: string,
  options: ReadOptions,
): Promise<RealtimeFrame> {
  const answers = joinPath(directory, "answers.ndjson");
  const failures = joined.reads.map(() => 0);
  const lines = Readable.from(answerLines(context, joined, failures, options));
  await pipeline(lines, createWriteStream(answers, { mode: 0o600 }), { signal: options.signal });
  const path = joinPath(directory, "frame.parquet");
  const statements = [{ sql: copySql(frameSql(joined, answers), path).text }];
  const written = await writeResult(context, { statements, path, paths: [joined.path, answers] }, options);
  return { path, written, statistics: statisticsOf(joined, failures) };
}

async function* answerLines(
  context: RealtimeContext,
  joined: JoinedSpine,
  failures: number[],
  options: ReadOptions,
): AsyncGenerator<string> {
  const budgets = joined.reads.map((): StopBudget => ({ stops: MOST_STOPS }));
  for (let start = 0; start < joined.rowCount; start += FETCHED) {
    const fetched = await fetchRows(context, joined, start, options);
    for (let at = 0; at < fetched.length; at += MAPPED) {
      const rows = fetched.slice(at, at + MAPPED);
      const answers = await answersOf(context, joined.reads, rows, budgets);
      for (const [view, ofView] of answers.entries()) {
        failures[view]! += ofView.filter(({ error }) => error !== null).length;
      }
      const line = (_: unknown, row: number): string =>
        answerLine(
          start + at + row,
          joined.reads,
          answers.map((ofView) => ofView[row]!),
        );
      yield rows.map(line).join("");
      await setImmediate(undefined, { signal: options.signal });
    }
  }
}

/** Of each realtime view, the answers to some rows. */
async function answersOf(
  { realtime }: RealtimeContext,
  reads: readonly RealtimeRead[],
  rows: readonly (readonly WireValue[])[],
  budgets: readonly StopBudget[],
): Promise<readonly (readonly RealtimeAnswer[])[]> {
  const answers: (readonly RealtimeAnswer[])[] = [];
  let from = 0;
  for (const [index, { view }] of reads.entries()) {
    const widths = view.sources.map(({ fields }) => fields.length);
    const first = from;
    const inputs = rows.map((row) => inputOf(row, first, widths));
    answers.push(await realtime.map(view, inputs, budgets[index]));
    from += widths.reduce((a, b) => a + b, 0);
  }
  return answers;
}

function inputOf(row: readonly WireValue[], first: number, widths: readonly number[]): RealtimeRow {
  let from = first;
  return widths.map((width) => row.slice(from, (from += width)) as RealtimeRow[number]);
}

async function fetchRows(
  { engine }: RealtimeContext,
  { spine, views, reads, path }: JoinedSpine,
  start: number,
  options: ReadOptions,
): Promise<readonly (readonly WireValue[])[]> {
  const values = reads.flatMap((read) =>
    read.view.sources.flatMap(({ fields }, source) => {
      const place = read.views[source];
      const asked = place == null ? null : views[place]!;
      return fields.map((field) => inputSql(spine, asked, field));
    }),
  );
  const query = sql`select ${join(values, ", ")}
from read_parquet(${text(path)}, file_row_number = true)
where file_row_number >= ${BigInt(start)} and file_row_number < ${BigInt(start + FETCHED)}
order by file_row_number`;
  const { results } = await engine.run(
    { files: [path], statements: [{ sql: query.text, rows: true }] },
    options,
  );
  return results[0]!;
}

function inputSql(spine: Spine, asked: AskedView | null, field: RealtimeField): Sql {
  if (asked === null) return requestValueSql(spine, field);
  const feature = askedFeatures(asked).find(({ name }) => name === field.name);
  return id(feature!.column);
}

/** The columns that were asked for, in the order in which they were. */
function frameSql({ spine, views, reads, path }: JoinedSpine, answers: string): Sql {
  const hidden = hiddenPlaces(reads);
  const shown = views.filter((_, place) => !hidden.has(place));
  const realtime = (position: number): Sql[] =>
    reads.flatMap((read, at) => (read.position === position ? featuresSql(read, at) : []));
  const columns = [
    ...spine.columns.map(({ name }) => id("j", name)),
    ...shown.flatMap((view, index) => [
      ...realtime(index),
      ...askedFeatures(view).map(({ column }) => id("j", column)),
    ]),
    ...realtime(shown.length),
  ];
  return sql`select ${join(columns, ", ")}
from read_parquet(${text(path)}, file_row_number = true) as j
join ${answersSql(answers, reads)} as a on ${id("a", ANSWER_ROW)} = j.file_row_number
order by j.file_row_number`;
}

function featuresSql({ view, name, features }: RealtimeRead, at: number): Sql[] {
  return view.features.flatMap((feature, index) => {
    if (features !== null && !features.includes(feature.name)) return [];
    return [sql`${answerSql("a", at, index, feature.type)} as ${id(`${name}.${feature.name}`)}`];
  });
}

/** The places of the views that only realtime views read. */
export function hiddenPlaces(reads: readonly RealtimeRead[]): ReadonlySet<number> {
  return new Set(reads.flatMap(({ views }) => views.filter((place) => place !== null)));
}

function statisticsOf(
  { reads, rowCount }: JoinedSpine,
  failures: readonly number[],
): RetrievalResult["statistics"] {
  return Object.fromEntries(
    reads.map(({ name }, at) => {
      const failed = failures[at]!;
      const reasons = failed === 0 ? {} : { error: failed };
      return [name, { matched: rowCount - failed, null: failed, reasons }];
    }),
  );
}
