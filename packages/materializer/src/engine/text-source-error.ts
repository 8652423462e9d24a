import { basename } from "node:path";

/** Starts what the engine is made to say when a text of a source is not of its declared type. */
export const SOURCE_VALUE = "source value: ";

const CSV = /CSV (?:Error on Line: (\d+)|Parser)[\s\S]*?\n {2}file = (.*)/;
const JSON_LINE = /JSON(?: transform error)? in file "([^"]*)", (?:at byte \d+ )?in line (\d+): ([^\n]*)/;

/** What is wrong with a CSV or NDJSON file, naming it and its line; null for any other failure. */
export function textSourceMessage(message: string): string | null {
  if (message.includes(SOURCE_VALUE))
    return message.slice(message.indexOf(SOURCE_VALUE) + SOURCE_VALUE.length);
  const csv = CSV.exec(message);
  if (csv !== null) return invalid(csv[2]!, "CSV", `${lineOf(csv[1])}: ${reasonOf(message)}`);
  const json = JSON_LINE.exec(message);
  if (json !== null) return invalid(json[1]!, "NDJSON", `near line ${json[2]}: ${json[3]!.trim()}`);
  return null;
}

function invalid(path: string, format: string, found: string): string {
  return `The file "${basename(path.trim())}" cannot be read as ${format}, ${found}`;
}

function lineOf(number: string | undefined): string {
  return number === undefined ? "in some line" : `line ${number}`;
}

const REASONS =
  /Expected Number of Columns: \d+ Found: \d+|Value with unterminated quote found|Invalid unicode[^.]*|Maximum line size[^.]*/;

/** Only sentences that are known: others would echo the line, or advise on settings. */
function reasonOf(message: string): string {
  return `${REASONS.exec(message)?.[0] ?? "it does not comply with RFC 4180"}.`;
}
