import { decodeValue } from "@tesela/contract";
import {
  aggregates,
  isValueType,
  TeselaError,
  type AggregateName,
  type Value,
  type ValueType,
} from "@tesela/core";
import { z } from "zod";
import { OVERFLOW, type RawRow, type RawView } from "../../oracle/raw-view.ts";
import { PATHS, type Case, type CasePath, type ParsedCase } from "./case.ts";
import { declaredView, rawView } from "./parse-view.ts";
import { caseSchema, type CaseJson } from "./schema.ts";
import { spineColumns, typeOfSpineColumn } from "./spine-columns.ts";
import { unsupportedReason } from "./unsupported.ts";

/** Reads one case from JSON; whatever is wrong with it, or not there yet, becomes a reason. */
export function parseCase(json: unknown): ParsedCase {
  const parsed = caseSchema.safeParse(json);
  if (!parsed.success) return refused(json, z.prettifyError(parsed.error).replaceAll("\n", " "));
  const unsupported = unsupportedReason(parsed.data);
  if (unsupported !== null) return refused(json, unsupported);
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
  const timestampKey = json.timestampKey ?? "t";
  const spine = json.spine ?? [];
  if (json.expect.length !== spine.length) {
    throw new TeselaError(
      "VALIDATION",
      `It expects ${json.expect.length} rows of ${spine.length} spine rows.`,
    );
  }
  const columns = spineColumns(json.view, spine, timestampKey);
  return {
    id: json.id,
    title: json.title,
    view,
    keys: Object.entries(json.view.joinKeys).map(([name, type]) => ({ name, type })),
    declared: declaredView(json.view),
    events: json.events.map((row, index) => typedRow(row, columnTypes(view), `events[${index}]`)),
    spine: spine.map((row, index) => typedRow(row, typeOfSpineColumn(columns), `spine[${index}]`)),
    spineColumns: columns,
    timestampKey,
    expect: json.expect.map((row, index) => expectedRow(row, view, index)),
    paths: json.paths,
  };
}

function columnTypes(view: RawView): ReadonlyMap<string, ValueType> {
  return new Map(view.columns.map(({ name, type }) => [name, type]));
}

/** A row with every column: those that JSON leaves out are null. */
function typedRow(
  row: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, ValueType>,
  path: string,
): RawRow {
  const unknown = Object.keys(row).find((name) => !types.has(name));
  if (unknown !== undefined) throw new TeselaError("VALIDATION", `${path}.${unknown} is no column.`);
  return Object.fromEntries(
    [...types].map(([name, type]) => [name, decodeValue(row[name] ?? null, type, `${path}.${name}`)]),
  );
}

function expectedRow(row: CaseJson["expect"][number], view: RawView, index: number): RawRow {
  const path = `expect[${index}]`;
  if (row === "dropped") throw new TeselaError("VALIDATION", `${path} is dropped, without onMissing.`);
  const entries = Object.entries(row).map(([name, json]): [string, Value] => {
    if (json === OVERFLOW) return [name, json];
    return [name, decodeValue(json, featureType(view, name, path), `${path}.${name}`)];
  });
  return Object.fromEntries(entries);
}

/** The type of a feature's value. */
export function featureType(view: RawView, name: string, path = "feature"): ValueType {
  const feature = view.features.find((candidate) => candidate.name === name);
  if (feature === undefined) throw new TeselaError("VALIDATION", `${path}.${name} is no feature.`);
  const column = feature.kind === "attribute" ? feature.name : feature.column;
  const input = columnTypes(view).get(column);
  const type =
    feature.kind === "attribute" || input === undefined
      ? input
      : aggregates[feature.function as AggregateName].resultType(input);
  if (isValueType(type)) return type;
  throw new TeselaError(
    "VALIDATION",
    `Feature "${name}" has no type: its column is ${input ?? "not declared"}.`,
  );
}
