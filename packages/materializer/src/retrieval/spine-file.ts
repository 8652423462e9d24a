import { spineKey, TeselaError, valueTypeOf, type AskedView, type Problem, type Spine } from "@tesela/core";
import type { TypedColumn } from "../engine/protocol.ts";
import type { SpineHints } from "../spine/open-spine.ts";

/** Names that a spine cannot use: the platform's own, and the one that DuckDB gives to a row's position. */
const RESERVED = /^(__.*|file_row_number)$/i;

/**
 * The spine of a read: checks its columns against the views and finds `T` (TIME T10). Throws `VALIDATION`
 * with every problem: no or several timestamp columns, a missing or wrongly typed join key, a reserved name.
 */
export function spineOf(
  path: string,
  columns: readonly TypedColumn[],
  views: readonly AskedView[],
  timestampKey: string | null,
): Spine {
  const problems: Problem[] = [
    ...reservedNames(columns),
    ...views.flatMap((view) => keyProblems(view, columns)),
  ];
  const key = findTimestamp(columns, timestampKey, problems);
  if (problems.length === 0 && key !== null) {
    return {
      path,
      columns: columns.map(({ name, type }) => ({ name, duckdbType: type })),
      timestampKey: key,
    };
  }
  const summary = problems.map(({ message }) => message).join("; ");
  throw new TeselaError("VALIDATION", `The spine does not fit: ${summary}.`, { problems });
}

/** The join keys of views by the names that a table has them under, and their types. */
export function keyHints(views: readonly AskedView[]): SpineHints["keys"] {
  return views.flatMap((one) =>
    one.view.joinKeys.map((key) => ({ name: spineKey(one, key), type: key.type })),
  );
}

function reservedNames(columns: readonly TypedColumn[]): Problem[] {
  return columns
    .filter(({ name }) => RESERVED.test(name))
    .map(({ name }) => ({
      path: `spine.${name}`,
      message: `the column name "${name}" is reserved`,
      fix: "Rename the column.",
    }));
}

/** Throws `VALIDATION` where a table lacks a join key of the view or has it in another type. */
export function checkKeys(asked: AskedView, columns: readonly TypedColumn[], table: string): void {
  const problems = keyProblems(asked, columns, table);
  if (problems.length === 0) return;
  const summary = problems.map(({ message }) => message).join("; ");
  throw new TeselaError("VALIDATION", `The table of ${table} does not fit: ${summary}.`, { problems });
}

function keyProblems(asked: AskedView, columns: readonly TypedColumn[], table = "spine"): Problem[] {
  const { view } = asked;
  return view.joinKeys.flatMap((key) => {
    const { type } = key;
    const name = spineKey(asked, key);
    const column = columns.find((candidate) => candidate.name === name);
    const path = `${table}.${name}`;
    const names = columns.map((candidate) => candidate.name).join(", ");
    const missing = `there is no column "${name}", a join key of feature view "${view.name}"`;
    if (column === undefined) return [{ path, message: missing, fix: `The spine has: ${names}.` }];
    if (valueTypeOf(column.type) === type) return [];
    const wrong = `column "${name}" is ${column.type}, feature view "${view.name}" expects ${type}`;
    return [{ path, message: wrong, fix: "Cast the column of the spine." }];
  });
}

function findTimestamp(
  columns: readonly TypedColumn[],
  timestampKey: string | null,
  problems: Problem[],
): string | null {
  const path = "timestampKey";
  if (timestampKey === null) return inferTimestamp(columns, problems);
  const column = columns.find(({ name }) => name === timestampKey);
  if (column !== undefined && valueTypeOf(column.type) === "timestamp") return timestampKey;
  const found =
    column === undefined
      ? `there is no column "${timestampKey}"`
      : `column "${timestampKey}" is ${column.type}`;
  problems.push({ path, message: found, fix: `Columns with a timestamp type: ${timestampNames(columns)}.` });
  return null;
}

function inferTimestamp(columns: readonly TypedColumn[], problems: Problem[]): string | null {
  const candidates = columns.filter(isTimestamp);
  if (candidates.length === 1) return candidates[0]!.name;
  const message =
    candidates.length === 0
      ? "no column has a timestamp type"
      : `several columns have a timestamp type: ${timestampNames(columns)}`;
  problems.push({ path: "timestampKey", message, fix: "Name the column with timestampKey." });
  return null;
}

/** A date is an instant only where it is asked for by name. */
function isTimestamp({ type }: TypedColumn): boolean {
  return type !== "DATE" && valueTypeOf(type) === "timestamp";
}

function timestampNames(columns: readonly TypedColumn[]): string {
  return (
    columns
      .filter(isTimestamp)
      .map(({ name }) => name)
      .join(", ") || "none"
  );
}
