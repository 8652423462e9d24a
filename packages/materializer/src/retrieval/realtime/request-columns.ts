import type { RealtimeRead } from "@tesela/contract";
import {
  castSql,
  id,
  sql,
  TeselaError,
  trusted,
  valueTypeOf,
  type FeatureType,
  type Problem,
  type RealtimeField,
  type Spine,
  type Sql,
  type ValueType,
} from "@tesela/core";

type Column = Spine["columns"][number];

/** SQL of a request field's value from the spine's column of its name. */
export function requestValueSql(spine: Spine, { name, type }: RealtimeField): Sql {
  const column = spine.columns.find((one) => one.name === name);
  const value = column === undefined ? null : valueSql(column, type);
  if (value === null) throw new TeselaError("INTERNAL", `The spine's column "${name}" was not checked.`);
  return value;
}

/** Throws `VALIDATION` with every request field that the spine lacks or has in another type. */
export function checkRequestColumns(spine: Spine, reads: readonly RealtimeRead[]): void {
  const problems = reads.flatMap(({ view }) =>
    view.sources
      .filter(({ origin }) => origin.kind === "request")
      .flatMap(({ fields }) => fields.flatMap((field) => fieldProblems(spine, view.name, field))),
  );
  if (problems.length === 0) return;
  const summary = problems.map(({ message }) => message).join("; ");
  throw new TeselaError("VALIDATION", `The spine does not fit: ${summary}.`, { problems });
}

function fieldProblems(spine: Spine, view: string, { name, type }: RealtimeField): Problem[] {
  const column = spine.columns.find((one) => one.name === name);
  const path = `spine.${name}`;
  if (column === undefined) {
    const names = spine.columns.map((one) => one.name).join(", ");
    const message = `there is no column "${name}", which is request data of feature view "${view}"`;
    return [{ path, message, fix: `The spine has: ${names}.` }];
  }
  if (valueSql(column, type) !== null) return [];
  const message = `column "${name}" is ${column.duckdbType}, feature view "${view}" expects ${type}`;
  return [{ path, message, fix: "Cast the column of the spine." }];
}

/** SQL of a column as a value of a type; `null` where a column of its type cannot be one. */
export function valueSql({ name, duckdbType }: Column, type: FeatureType): Sql | null {
  if (!type.endsWith("[]")) return scalarSql(id(name), duckdbType, type as ValueType);
  if (!duckdbType.endsWith("[]")) return null;
  const element = trusted("element");
  const value = scalarSql(element, duckdbType.slice(0, -2), type.slice(0, -2) as ValueType);
  return value === null ? null : sql`list_transform(${id(name)}, lambda ${element}: ${value})`;
}

/** Integers are numbers too: rows of a spine may just not show a fraction. */
function scalarSql(value: Sql, duckdbType: string, type: ValueType): Sql | null {
  const found = valueTypeOf(duckdbType);
  if (found === type) return castSql(value, duckdbType, type);
  return found === "int64" && type === "float64" ? sql`cast(${value} as double)` : null;
}
