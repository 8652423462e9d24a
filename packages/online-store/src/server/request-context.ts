import { decodeValue } from "@tesela/contract";
import {
  TeselaError,
  toTeselaError,
  type FieldDefinition,
  type Problem,
  type Scalar,
  type Value,
  type ValueType,
} from "@tesela/core";

/** Request data by name. */
export type RequestContext = ReadonlyMap<string, Value>;

/**
 * The request data of a row; throws `VALIDATION` with every field that is missing or wrong. What no realtime view
 * asks for is passed over.
 */
export function decodeRequestContext(
  fields: readonly FieldDefinition[],
  wire: Readonly<Record<string, unknown>>,
  parent: string,
): RequestContext {
  const problems: Problem[] = [];
  const values = fields.map((field) => [field.name, decodeField(field, wire, parent, problems)] as const);
  if (problems.length === 0) return new Map(values);
  const expected = fields.map(({ name, type }) => `${name} (${type})`).join(", ");
  const found = problems.map(({ path, message }) => `${path} ${message}`).join("; ");
  throw new TeselaError("VALIDATION", `The request data are not valid: ${found}.`, {
    problems,
    fix: `The request data are: ${expected}; null is a value.`,
  });
}

function decodeField(
  { name, type }: FieldDefinition,
  wire: Readonly<Record<string, unknown>>,
  parent: string,
  problems: Problem[],
): Value {
  const path = `${parent}.${name}`;
  if (!Object.hasOwn(wire, name)) {
    problems.push({ path, message: "is missing" });
    return null;
  }
  try {
    return decode(wire[name], type, path);
  } catch (thrown) {
    problems.push({ path, message: toTeselaError(thrown).message });
    return null;
  }
}

function decode(wire: unknown, type: FieldDefinition["type"], path: string): Value {
  if (!type.endsWith("[]")) return decodeValue(wire, type as ValueType, path);
  if (wire === null) return null;
  if (!Array.isArray(wire)) throw new TeselaError("VALIDATION", `${path} is no list.`);
  return wire.map((item) => decodeValue(item, type.slice(0, -2) as ValueType, path)) as readonly Scalar[];
}
