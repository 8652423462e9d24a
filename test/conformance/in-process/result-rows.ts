import type { DuckDBResultReader } from "@duckdb/node-api";
import { READ_STATUSES, statusColumn, type FeatureType, type Value } from "@tesela/core";
import type { RawRow } from "../../oracle/raw-view.ts";
import type { Case } from "../case/case.ts";
import { featureTypes } from "../case/feature-type.ts";
import { rangeTypes } from "../case/parse-expectation.ts";
import { toValue } from "../value-of-duckdb.ts";
import { VIEW } from "./compiled-case.ts";

/** The failure of a read that has a row which matched nothing (TIME T11). */
export const MISSING = "a row matched nothing";

/** The failure of a read that has a sum which does not fit its type (TIME T6). */
export const OVERFLOWED = "a sum does not fit";

const [MATCHED, MISFIT] = [READ_STATUSES.indexOf("matched"), READ_STATUSES.indexOf("error")];

/** The rows of a read, without those that `onMissing` drops; throws where a row fails the read. */
export function resultRows(one: Case, result: DuckDBResultReader): RawRow[] {
  const rows = result.getRowObjects();
  if (rows.some((row) => row[statusColumn(0)] === MISFIT)) throw new Error(OVERFLOWED);
  if (one.question.kind === "spine") return spineRows(one, rows);
  const types = rangeTypes(one.view, one.keys);
  return rows.map((row) => valuesOf(row, types));
}

function spineRows({ view, options }: Case, rows: readonly Readonly<Record<string, unknown>>[]): RawRow[] {
  const isMatched = (row: Readonly<Record<string, unknown>>): boolean => row[statusColumn(0)] === MATCHED;
  if (options.onMissing === "error" && !rows.every(isMatched)) throw new Error(MISSING);
  const kept = options.onMissing === "skip" ? rows.filter(isMatched) : rows;
  return kept.map((row) => valuesOf(row, featureTypes(view)));
}

/** Features are named after their view, keys and instants are not. */
function valuesOf(row: Readonly<Record<string, unknown>>, types: ReadonlyMap<string, FeatureType>): RawRow {
  const entries = [...types].map(([name, type]): [string, Value] => {
    const column = [`${VIEW}.${name}`, name].find((candidate) => candidate in row) ?? name;
    return [name, toValue(row[column], type, column)];
  });
  return Object.fromEntries(entries);
}
