import {
  bound,
  duckdbTypeOf,
  duration,
  micros,
  neededFrom,
  pointInTimeSql,
  rangeReadSql,
  sql,
  startBound,
  text,
  wholeView,
  type CompiledView,
  type JoinKey,
  type ReadFences,
  type ReadView,
  type Spine,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import type { RawOptions, RawRow } from "../../oracle/raw-view.ts";
import type { Case, Question } from "../case/case.ts";
import { writeParquet } from "../duckdb-table.ts";
import { compileCase, eventColumns } from "./compiled-case.ts";
import type { CoreSession } from "./core-session.ts";
import { resultRows } from "./result-rows.ts";
import { fromFiles, fromSource, type StoredRequest } from "./stored-relation.ts";

/** What core's SQL answered to a case: computed from the source, and read back from files. */
export interface CoreAnswers {
  readonly source: readonly RawRow[];
  readonly offline: readonly RawRow[];
}

/** What of no consequence to the answers may be different. */
export interface CoreOptions {
  /** How many schedules a file of the offline store holds; 2 unless told. */
  readonly schedulesOfFile?: number;
  /** How many files the events lie in; 1 unless told. */
  readonly eventFiles?: number;
  /** Which files of the offline store are missing, as `onUnmaterialized: "null"` then reads; none unless told. */
  readonly isMissing?: (file: number) => boolean;
  /** The keys that a range read is limited to; all unless told. */
  readonly entities?: readonly RawRow[];
}

/** Asks core's SQL in this process, without the platform around it. */
export async function runCore(
  session: CoreSession,
  one: Case,
  { schedulesOfFile = 2, eventFiles = 1, isMissing = () => false, entities }: CoreOptions = {},
): Promise<CoreAnswers> {
  const view = compileCase(one);
  const fences = fencesOf(one.options);
  const needed = neededRange(view, fences, one.question);
  const eventPaths = await writeEvents(session, one, eventFiles);
  const request: StoredRequest = { case: one, view, eventPaths, needed };
  const ask = await questionSql(session, one, entities ?? null);
  const read = async (stored: Sql, gaps: readonly TimeRange[]): Promise<RawRow[]> => {
    const asked = { ...wholeView(view, fences), stored, gaps, isSelective: false };
    return resultRows(one, await session.connection.runAndReadAll(ask(asked).text));
  };
  const files = await fromFiles(session, request, { schedules: schedulesOfFile, isMissing });
  return { source: await read(fromSource(request), []), offline: await read(files.stored, files.gaps) };
}

async function questionSql(
  session: CoreSession,
  { question, keys }: Case,
  entities: readonly RawRow[] | null,
): Promise<(asked: ReadView) => Sql> {
  if (question.kind === "range") {
    const range = { start: micros(question.start), end: micros(question.end) };
    const relation = entities === null ? null : await entitiesSql(session, keys, entities);
    return (asked) => rangeReadSql(asked, range, relation);
  }
  const spine: Spine = { ...question, path: session.newPath() };
  await writeParquet(session.connection, spine.path, question.columns, question.rows);
  return (asked) => pointInTimeSql(spine, [asked]);
}

async function entitiesSql(
  session: CoreSession,
  keys: readonly JoinKey[],
  entities: readonly RawRow[],
): Promise<Sql> {
  const path = session.newPath();
  const columns = keys.map(({ name, type }) => ({ name, duckdbType: duckdbTypeOf[type] }));
  const whole = entities.filter((row) => keys.every(({ name }) => row[name] != null));
  await writeParquet(session.connection, path, columns, whole);
  return sql`select * from read_parquet(${text(path)})`;
}

function fencesOf(options: RawOptions): ReadFences {
  const { isInclusive, embargo, maxLookback, maxStaleness, isKnownAt } = options;
  return {
    isInclusive,
    embargo: duration(embargo),
    maxLookback: maxLookback === null ? null : duration(maxLookback),
    maxStaleness: maxStaleness === null ? null : duration(maxStaleness),
    isKnownAt,
  };
}

/** The events dealt out to files in turn. */
async function writeEvents(session: CoreSession, one: Case, files: number): Promise<readonly string[]> {
  const paths = Array.from({ length: files }, () => session.newPath());
  for (const [index, path] of paths.entries()) {
    const rows = one.events.filter((_, at) => at % files === index);
    await writeParquet(session.connection, path, eventColumns(one), rows);
  }
  return paths;
}

/** The history that the answers need, as a retrieval finds it; empty where no bound has values. */
function neededRange({ time }: CompiledView, fences: ReadFences, question: Question): TimeRange {
  const bounds = instantsOf(question)
    .map((at) => bound(time, micros(at), fences))
    .map((boundary) => (question.kind === "range" ? later(boundary, startBound(time)) : boundary))
    .filter((boundary) => boundary >= startBound(time))
    .toSorted((a, b) => (a < b ? -1 : 1));
  const [first, last] = [bounds[0], bounds.at(-1)];
  if (first === undefined || last === undefined) return { start: micros(0), end: micros(0) };
  return { start: neededFrom(time, first), end: last };
}

/** The instants asked about; of a range the first and the last. */
function instantsOf(question: Question): readonly bigint[] {
  if (question.kind === "range") return [question.start, question.end - 1n];
  const asked = question.rows.map((row) => row[question.timestampKey] as bigint | null);
  return asked.filter((at) => at !== null);
}

function later<T extends bigint>(a: T, b: T): T {
  return a > b ? a : b;
}
