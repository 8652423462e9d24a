import { ceil, dueAt, materializableFrom, micros, type EpochMicros, type TimeRange } from "@tesela/core";
import type { RunningCase } from "./running-case.ts";

/** The range on the view's schedule that holds every event and every instant of a case; empty where it has none. */
export function wholeRange({ case: one, compiled: { time } }: RunningCase): TimeRange {
  const start = materializableFrom(time);
  const { question } = one;
  const asked =
    question.kind === "range"
      ? [question.end]
      : question.rows.map((row) => row[question.timestampKey] as bigint | null);
  const events = one.events.map((row) => row[one.view.timestampField] as bigint | null);
  const ends = [...asked, ...events]
    .filter((at) => at !== null)
    .map((at) => ceil(micros(at + 1n), time.schedule));
  return { start, end: ends.reduce((latest, end) => (end > latest ? end : latest), start) };
}

/** The first instant at which all that the cases need can be materialized. */
export function wholeRangesDue(cases: readonly RunningCase[]): EpochMicros {
  const due = cases.map((running) => dueAt(running.compiled.time, wholeRange(running).end));
  return due.reduce((latest, at) => (at > latest ? at : latest), micros(0n));
}
