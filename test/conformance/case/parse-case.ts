import { parseInstant, TeselaError } from "@tesela/core";
import { z } from "zod";
import type { RawView } from "../../oracle/raw-view.ts";
import { PATHS, type Case, type CasePath, type ParsedCase, type Question } from "./case.ts";
import { featureTypes } from "./feature-type.ts";
import { expectation } from "./parse-expectation.ts";
import { parseOptions } from "./parse-options.ts";
import { declaredView, rawView } from "./parse-view.ts";
import { caseSchema, type CaseJson } from "./schema.ts";
import { spineColumns, typeOfSpineColumn } from "./spine-columns.ts";
import { typedRow } from "./typed-row.ts";

/** Reads one case from JSON; whatever is wrong with it becomes a reason. */
export function parseCase(json: unknown): ParsedCase {
  const parsed = caseSchema.safeParse(json);
  if (!parsed.success) return refused(json, z.prettifyError(parsed.error).replaceAll("\n", " "));
  try {
    return { kind: "case", case: caseOf(parsed.data) };
  } catch (error) {
    if (error instanceof TeselaError) return refused(json, error.message);
    throw error;
  }
}

function refused(json: unknown, reason: string): ParsedCase {
  const { id, paths } = z
    .looseObject({ id: z.unknown(), paths: z.unknown() })
    .partial()
    .catch({})
    .parse(json);
  const known = Array.isArray(paths) ? PATHS.filter((path) => paths.includes(path)) : [];
  const asked: readonly CasePath[] = known.length > 0 ? known : PATHS;
  return {
    kind: "refused",
    id: typeof id === "string" ? id : "(a case without an id)",
    paths: asked,
    reason,
  };
}

function caseOf(json: CaseJson): Case {
  const view = rawView(json.view);
  const keys = Object.entries(json.view.joinKeys).map(([name, type]) => ({ name, type }));
  const types = columnTypes(view);
  const question = questionOf(json);
  const options = parseOptions(json.options);
  featureTypes(view);
  return {
    id: json.id,
    title: json.title,
    view,
    keys,
    declared: declaredView(json.view),
    events: json.events.map((row, index) => typedRow(row, types, `events[${index}]`)),
    question,
    options: options.raw,
    declaredOptions: options.declared,
    expect: expectation(json.expect, view, keys, question),
    paths: json.paths,
  };
}

function columnTypes(view: RawView): ReadonlyMap<string, RawView["columns"][number]["type"]> {
  return new Map(view.columns.map(({ name, type }) => [name, type]));
}

function questionOf({ view, spine, range, timestampKey = "t" }: CaseJson): Question {
  if (range !== undefined) {
    if (spine !== undefined) throw new TeselaError("VALIDATION", "It has a spine and a range.");
    return { kind: "range", start: parseInstant(range.startTime), end: parseInstant(range.endTime) };
  }
  if (spine === undefined) throw new TeselaError("VALIDATION", "It has neither a spine nor a range.");
  const columns = spineColumns(view, spine, timestampKey);
  const types = typeOfSpineColumn(columns);
  const rows = spine.map((row, index) => typedRow(row, types, `spine[${index}]`));
  return { kind: "spine", rows, columns, timestampKey };
}
