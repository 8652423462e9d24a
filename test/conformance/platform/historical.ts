import { formatInstant, micros, type FeatureType, type Value } from "@tesela/core";
import type { FeatureFrame, FrameRow } from "@tesela/sdk";
import type { RawRow } from "../../oracle/raw-view.ts";
import { isSameValue } from "../case/compare.ts";
import { keptRows, rowMistakes } from "../case/mistakes.ts";
import { mustOverflow, rangeTypes } from "../case/parse-expectation.ts";
import { featureTypes } from "../case/feature-type.ts";
import { typeOfSpineColumn } from "../case/spine-columns.ts";
import type { Mistake } from "../result.ts";
import { isOverflow, isRefusal, printError, valueOfSdk, type RunningCase } from "./running-case.ts";

const READ_TIMEOUT_MS = 180_000;

/** What a historical read of a case gets wrong. */
export async function historicalMistakes(running: RunningCase, fromSource: boolean): Promise<Mistake[]> {
  const { expect } = running.case;
  const overflows = mustOverflow(expect);
  const fails = expect.kind === "failure" ? `a failure (${expect.code ?? "of any code"})` : null;
  const failure = overflows ? "VALUE_ERROR for a sum that does not fit" : fails;
  try {
    await using frame = await read(running, fromSource);
    const rows = await frame.toRows();
    return failure === null
      ? frameMistakes(running, rows)
      : [{ row: null, expected: failure, got: "a frame" }];
  } catch (error) {
    if (overflows && isOverflow(error)) return [];
    if (expect.kind === "failure" && isRefusal(error, expect.code)) return [];
    return [{ row: null, expected: failure ?? "a frame", got: printError(error) }];
  }
}

function read({ case: one, view, spinePath }: RunningCase, fromSource: boolean): Promise<FeatureFrame> {
  const { question, declaredOptions } = one;
  const options = { ...declaredOptions, fromSource, signal: AbortSignal.timeout(READ_TIMEOUT_MS) };
  if (question.kind === "spine") {
    return view.getHistoricalFeatures(spinePath, { ...options, timestampKey: question.timestampKey });
  }
  const startTime = formatInstant(micros(question.start));
  const endTime = formatInstant(micros(question.end));
  return view.getHistoricalFeatures({ ...options, startTime, endTime });
}

function frameMistakes(running: RunningCase, rows: readonly FrameRow[]): Mistake[] {
  const { case: one } = running;
  const types = one.question.kind === "range" ? rangeTypes(one.view, one.keys) : featureTypes(one.view);
  const got = rows.map((row) => valuesOf(running, row, types));
  const wrong = rowMistakes(one, got);
  return wrong.length > 0 ? wrong : spineMistakes(running, rows);
}

/** TIME T10: the spine's columns come back unchanged. */
function spineMistakes({ case: one }: RunningCase, rows: readonly FrameRow[]): Mistake[] {
  const { question } = one;
  if (question.kind === "range") return [];
  const types = [...typeOfSpineColumn(question.columns)];
  return keptRows(one).flatMap((row, index) =>
    types.flatMap(([name, type]) => {
      const expected = question.rows[row]![name]!;
      const got = valueOfSdk(rows[index]![name], type);
      if (isSameValue(expected, got)) return [];
      return [{ row, expected: `the spine's ${name} to be ${String(expected)}`, got: String(got) }];
    }),
  );
}

/** The columns of a frame's row; features are named after their view, keys and instants are not. */
function valuesOf({ view }: RunningCase, row: FrameRow, types: ReadonlyMap<string, FeatureType>): RawRow {
  const entries = [...types].map(([name, type]): [string, Value] => {
    const column = [`${view.name}.${name}`, name].find((candidate) => candidate in row);
    if (column === undefined) throw new TypeError(`The frame has no column "${view.name}.${name}".`);
    return [name, valueOfSdk(row[column], type)];
  });
  return Object.fromEntries(entries);
}
