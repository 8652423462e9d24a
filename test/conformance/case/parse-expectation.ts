import { isErrorCode, TeselaError, type FeatureType, type JoinKey } from "@tesela/core";
import { DROPPED } from "../../oracle/oracle.ts";
import { VALID_FROM, VALID_TO } from "../../oracle/range.ts";
import { OVERFLOW, type RawRow, type RawView } from "../../oracle/raw-view.ts";
import type { Expectation, Question } from "./case.ts";
import { featureTypes } from "./feature-type.ts";
import type { CaseJson } from "./schema.ts";
import { expectedRow } from "./typed-row.ts";

/** What a case expects; a single value that is an overflow fails the whole of a historical read (TIME T6). */
export function expectation(
  json: CaseJson["expect"],
  view: RawView,
  keys: readonly JoinKey[],
  question: Question,
): Expectation {
  if (json === "error" || (Array.isArray(json) && json.includes("error")))
    return { kind: "failure", code: null };
  if (!Array.isArray(json)) return { kind: "failure", code: codeOf(json.error) };
  if (question.kind === "range") {
    const types = rangeTypes(view, keys);
    return { kind: "range", rows: json.map((row, index) => rowOf(row, types, index)).map(notDropped) };
  }
  if (json.length !== question.rows.length) {
    const message = `It expects ${json.length} rows of ${question.rows.length} spine rows.`;
    throw new TeselaError("VALIDATION", message);
  }
  const types = featureTypes(view);
  return { kind: "spine", rows: json.map((row, index) => rowOf(row, types, index)) };
}

/** The types of what a range read gives, by name. */
export function rangeTypes(view: RawView, keys: readonly JoinKey[]): ReadonlyMap<string, FeatureType> {
  const own = keys.map(({ name, type }): [string, FeatureType] => [name, type]);
  return new Map([...own, ...featureTypes(view), [VALID_FROM, "timestamp"], [VALID_TO, "timestamp"]]);
}

/** Whether a sum of the case does not fit its type, so that a historical read must fail (TIME T6). */
export function mustOverflow(expect: Expectation): boolean {
  if (expect.kind === "failure") return false;
  return expect.rows.some((row) => row !== DROPPED && Object.values(row).includes(OVERFLOW));
}

function codeOf(text: string): Extract<Expectation, { kind: "failure" }>["code"] {
  if (isErrorCode(text)) return text;
  throw new TeselaError("VALIDATION", `expect.error is "${text}", which is no code of an error.`);
}

function rowOf(
  row: Extract<CaseJson["expect"], readonly unknown[]>[number],
  types: ReadonlyMap<string, FeatureType>,
  index: number,
): RawRow | typeof DROPPED {
  const path = `expect[${index}]`;
  if (typeof row !== "string") return expectedRow(row, types, path);
  if (row === DROPPED) return row;
  throw new TeselaError("VALIDATION", `${path} is "${row}", expected a row or "${DROPPED}".`);
}

function notDropped(row: RawRow | typeof DROPPED): RawRow {
  if (row !== DROPPED) return row;
  throw new TeselaError("VALIDATION", "A range read drops no row.");
}
