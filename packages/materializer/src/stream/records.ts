import type { StreamPayload } from "@tesela/contract";
import { decodeValue } from "@tesela/contract";
import { TeselaError, toTeselaError, valueTypeOf, type Problem } from "@tesela/core";
import type { TypedColumn } from "../engine/protocol.ts";
import { textOf, type CellText, type TextColumn } from "./event-text.ts";

type SourceRecords = StreamPayload["sources"][number];

/** A request that is wrong in many records names so many. */
const MOST_PROBLEMS = 100;

/** The columns of a source as records fill them. */
export function recordColumns(columns: readonly TypedColumn[]): readonly TextColumn[] {
  return columns.map(({ name, type }) => ({ name, type: valueTypeOf(type), duckdbType: type }));
}

/**
 * The records of a source as rows of texts, in the order of its columns; what a record has beside them is
 * ignored. Throws `VALIDATION` naming each record and column that is missing or of a wrong type.
 */
export function readRecords(
  { source, records }: SourceRecords,
  columns: readonly TextColumn[],
): readonly (readonly CellText[])[] {
  const problems: Problem[] = [];
  const rows = records.map((record, index) =>
    columns.map((column) => cellOf(record, column, `records.${source.name}[${index}]`, problems)),
  );
  if (problems.length > 0) throw refused(source.name, problems);
  return rows;
}

function cellOf(
  record: Readonly<Record<string, unknown>>,
  { name, type, duckdbType }: TextColumn,
  at: string,
  problems: Problem[],
): CellText {
  const path = `${at}.${name}`;
  if (!Object.hasOwn(record, name)) {
    problems.push({ path, message: "is missing", fix: "A column without a value is null." });
    return null;
  }
  const value = record[name];
  if (value === null) return null;
  if (type === null) {
    problems.push({
      path,
      message: `is of the type ${duckdbType}, which cannot be ingested`,
      fix: "Send null.",
    });
    return null;
  }
  try {
    return textOf(decodeValue(value, type), type);
  } catch (thrown) {
    problems.push({ path, message: toTeselaError(thrown).message });
    return null;
  }
}

function refused(source: string, problems: readonly Problem[]): TeselaError {
  const [first] = problems;
  const more = problems.length > 1 ? ` and ${problems.length - 1} more` : "";
  return new TeselaError(
    "VALIDATION",
    `Rows of stream "${source}" are refused: ${first!.path}: ${first!.message}${more}. None was ingested.`,
    {
      problems: problems.slice(0, MOST_PROBLEMS),
      fix: "Correct the rows, or take them out, and ingest the rest again.",
    },
  );
}
