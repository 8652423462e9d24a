import { duckdbTypeOf, TeselaError, valueTypeOf, type ValueType } from "@tesela/core";
import type { SpineColumn } from "./case.ts";
import type { CaseJson, ViewJson } from "./schema.ts";

type JsonRow = NonNullable<CaseJson["spine"]>[number];

/** The columns of a spine: join keys and `T` by declaration, all others by what their JSON values are. */
export function spineColumns(view: ViewJson, spine: readonly JsonRow[], timestampKey: string): SpineColumn[] {
  const names = new Set([...Object.keys(view.joinKeys), timestampKey, ...spine.flatMap(Object.keys)]);
  return [...names].map((name) => {
    const declared = name === timestampKey ? "timestamp" : view.joinKeys[name];
    return { name, duckdbType: duckdbTypeOf[declared ?? inferType(spine.map((row) => row[name] ?? null))] };
  });
}

/** The value types of the columns by name. */
export function typeOfSpineColumn(columns: readonly SpineColumn[]): ReadonlyMap<string, ValueType> {
  return new Map(columns.map(({ name, duckdbType }) => [name, valueTypeOf(duckdbType)!]));
}

function inferType(values: readonly unknown[]): ValueType {
  const [kind = "string", another] = [
    ...new Set(values.filter((value) => value !== null).map((value) => typeof value)),
  ];
  if (another !== undefined)
    throw new TeselaError("VALIDATION", `A spine column mixes ${kind} and ${another}.`);
  if (kind === "number") return "float64";
  return kind === "boolean" ? "bool" : "string";
}
