import { TeselaError, type FeatureType, type Value, type ValueType } from "@tesela/core";
import { OVERFLOW, type RawRow } from "../../oracle/raw-view.ts";
import { decodeValue } from "./decode-value.ts";
import { elementType } from "./feature-type.ts";

/** A row with every column: those that JSON leaves out are null. */
export function typedRow(
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

/** What is expected of a row: the columns that it names. */
export function expectedRow(
  row: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, FeatureType>,
  path: string,
): RawRow {
  const entries = Object.entries(row).map(([name, json]): [string, Value] => {
    const type = types.get(name);
    if (type === undefined) throw new TeselaError("VALIDATION", `${path}.${name} is no feature.`);
    return [name, expectedValue(json, type, `${path}.${name}`)];
  });
  return Object.fromEntries(entries);
}

function expectedValue(json: unknown, type: FeatureType, path: string): Value {
  if (json === null) return null;
  const element = elementType(type);
  if (element === null)
    return json === OVERFLOW && type === "int64" ? OVERFLOW : decodeValue(json, type as ValueType, path);
  if (!Array.isArray(json)) throw new TeselaError("VALIDATION", `${path} is no list.`);
  return json.map((one, index) => decodeValue(one, element, `${path}[${index}]`)) as unknown as Value;
}
