import { TeselaError } from "@tesela/core";

const CSV_LINE = /CSV Error on Line: (\d+)\s+Original Line: ?(.*)\n([^]*?)(?:\nPossible|\n\n|$)/;
const JSON_LINE = /Malformed JSON in file .* in line (\d+): (.*?)\.? *(?:Try auto-detecting|$)/m;
const SHOWN = 200;
const REFUSALS: ReadonlySet<string> = new Set(["VALUE_ERROR", "SOURCE_INVALID"]);

/** What DuckDB says of a line that it cannot read, as `VALIDATION` naming the line; all other errors as they are. */
export function lineError(error: unknown): unknown {
  if (!(error instanceof TeselaError) || !REFUSALS.has(error.code)) return error;
  const said = error.cause instanceof Error ? error.cause.message : error.message;
  const csv = CSV_LINE.exec(said);
  if (csv !== null) return badLine(Number(csv[1]), csvReason(csv[2] ?? "", csv[3] ?? ""), error);
  const json = JSON_LINE.exec(said);
  // DuckDB counts the line after the one that it could not read.
  if (json !== null) return badLine(Number(json[1]) - 1, `it is no JSON: ${json[2]}.`, error);
  const [sentence = ""] = error.message.split("\n", 1);
  return new TeselaError("VALIDATION", `The table cannot be read: ${sentence}`, { fix: FIX, cause: error });
}

const FIX = "Write it as UTF-8: CSV with commas and double quotes (RFC 4180), or one JSON object a line.";

function csvReason(line: string, reason: string): string {
  const found = reason.trim().split("\n", 1)[0] ?? "";
  return `${found === "" ? "it cannot be read" : found}: ${JSON.stringify(line.slice(0, SHOWN))}`;
}

function badLine(line: number, reason: string, cause: unknown): TeselaError {
  const message = `Line ${line} of the table is bad: ${reason}`;
  return new TeselaError("VALIDATION", message, { fix: FIX, cause, details: { line } });
}
