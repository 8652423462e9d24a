import {
  parseInstant,
  TeselaError,
  type FeatureType,
  type InstantInput,
  type Value,
  type ValueType,
} from "@tesela/core";
import type { FeatureView } from "@tesela/sdk";
import { elementType } from "../case/feature-type.ts";
import type { FiledCase } from "./case-files.ts";

/** A case whose view is applied on a platform. */
export interface RunningCase extends FiledCase {
  readonly view: FeatureView;
}

/** A value as the SDK gives it, as a value of its type; throws where the SDK gives something else. */
export function valueOfSdk(given: unknown, type: FeatureType): Value {
  if (given === null || given === undefined) return null;
  const element = elementType(type);
  if (element === null) return scalarOfSdk(given, type as ValueType);
  if (!Array.isArray(given)) throw new TypeError(`A value is ${typeof given}, expected a list.`);
  return given.map((one) => scalarOfSdk(one, element)) as unknown as Value;
}

function scalarOfSdk(given: unknown, type: ValueType): Value {
  if (type === "int64") return BigInt(given as bigint | number);
  if (type === "timestamp") return parseInstant(given as InstantInput);
  const kinds: Readonly<Record<string, string>> = { float64: "number", string: "string", bool: "boolean" };
  if (typeof given === kinds[type]) return given as Value;
  throw new TypeError(`A value is ${typeof given}, expected ${type}.`);
}

/** An error in one line, its code first. */
export function printError(error: unknown): string {
  if (!(error instanceof TeselaError)) return String(error);
  const fix = error.fix === null ? "" : ` (${error.fix})`;
  return `${error.code}: ${error.message}${fix}`;
}

/** Whether a read failed because a sum did not fit (TIME T6). */
export function isOverflow(error: unknown): boolean {
  return error instanceof TeselaError && error.code === "VALUE_ERROR";
}

/** Whether a read was refused as it must be: with the code, or with any that tells a caller what to do. */
export function isRefusal(error: unknown, code: string | null): boolean {
  if (!(error instanceof TeselaError)) return false;
  return code === null ? error.code !== "INTERNAL" && error.code !== "UNAVAILABLE" : error.code === code;
}
