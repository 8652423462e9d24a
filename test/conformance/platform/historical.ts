import { bound, ceil, dueAt, materializableFrom, micros, type EpochMicros, type Value } from "@tesela/core";
import type { FrameRow } from "@tesela/sdk";
import type { RawRow } from "../../oracle/raw-view.ts";
import { isSameRow, isSameValue, printRow } from "../case/compare.ts";
import { featureTypes } from "../case/definitions.ts";
import { typeOfSpineColumn } from "../case/spine-columns.ts";
import { mustOverflow } from "../in-process/check-core.ts";
import type { Mistake } from "../result.ts";
import { isOverflow, printError, valueOfSdk, type RunningCase } from "./running-case.ts";

/** The range that holds every event and every bound of a case; empty where it has none. */
export function wholeRange({ case: one, compiled }: RunningCase): { start: EpochMicros; end: EpochMicros } {
  const { time } = compiled;
  const start = materializableFrom(time);
  const events = one.events.map((row) => row[one.view.timestampField] as bigint | null);
  const asked = one.spine.map((row) => row[one.timestampKey] as bigint | null);
  const ends = [
    ...events.filter((at) => at !== null).map((at) => ceil(micros(at + 1n), time.grain)),
    ...asked.filter((at) => at !== null).map((at) => bound(time, micros(at))),
  ];
  return { start, end: ends.reduce((latest, end) => (end > latest ? end : latest), start) };
}

/** The first instant at which the whole range can be materialized. */
export function wholeRangeDue(running: RunningCase): EpochMicros {
  return dueAt(running.compiled.time, wholeRange(running).end);
}

/** What a historical read of a case's spine gets wrong. */
export async function historicalMistakes(running: RunningCase, fromSource: boolean): Promise<Mistake[]> {
  const { case: one, view, spinePath } = running;
  const overflows = mustOverflow(one);
  try {
    await using frame = await view.getHistoricalFeatures(spinePath, {
      timestampKey: one.timestampKey,
      fromSource,
    });
    if (overflows)
      return [{ row: null, expected: "VALUE_ERROR for a sum that does not fit", got: "a frame" }];
    return frameMistakes(running, await frame.toRows());
  } catch (error) {
    if (overflows && isOverflow(error)) return [];
    return [{ row: null, expected: overflows ? "VALUE_ERROR" : "a frame", got: printError(error) }];
  }
}

function frameMistakes(running: RunningCase, rows: readonly FrameRow[]): Mistake[] {
  const { case: one } = running;
  if (rows.length !== one.spine.length) {
    return [{ row: null, expected: `${one.spine.length} rows`, got: `${rows.length} rows` }];
  }
  return rows.flatMap((row, index) => [
    ...spineMistakes(running, row, index),
    ...featureMistakes(running, featuresOf(running, row), index),
  ]);
}

/** TIME T10: the spine's columns come back unchanged. */
function spineMistakes({ case: one }: RunningCase, row: FrameRow, index: number): Mistake[] {
  return [...typeOfSpineColumn(one.spineColumns)].flatMap(([name, type]) => {
    const expected = one.spine[index]![name]!;
    const got = valueOfSdk(row[name], type);
    if (isSameValue(expected, got)) return [];
    return [{ row: index, expected: `the spine's ${name} to be ${String(expected)}`, got: String(got) }];
  });
}

function featuresOf({ case: one, view }: RunningCase, row: FrameRow): RawRow {
  const entries = [...featureTypes(one)].map(([name, type]): [string, Value] => {
    const column = `${view.name}.${name}`;
    if (!(column in row)) throw new TypeError(`The frame has no column "${column}".`);
    return [name, valueOfSdk(row[column], type)];
  });
  return Object.fromEntries(entries);
}

/** What features of a spine row are not as expected. */
export function featureMistakes({ case: one }: RunningCase, got: RawRow, row: number): Mistake[] {
  const expected = one.expect[row]!;
  if (isSameRow(expected, got)) return [];
  return [{ row, expected: printRow(one.view, expected), got: printRow(one.view, got) }];
}
