import { isErrorCode, TeselaError, type CompiledView, type Value, type ValueType } from "@tesela/core";
import { parseInstant, type InstantInput } from "@tesela/core";
import type { FeatureView } from "@tesela/sdk";
import type { Case } from "../case/case.ts";

/** A case whose view is applied on a platform. */
export interface RunningCase {
  readonly case: Case;
  /** The view compiled by itself, for its times. */
  readonly compiled: CompiledView;
  readonly view: FeatureView;
  /** The Parquet file of the spine. */
  readonly spinePath: string;
  /** Why the platform refused the case, or null. */
  readonly refusal: string | null;
}

/** A value as the SDK gives it, as a value of its type; throws where the SDK gives something else. */
export function valueOfSdk(given: unknown, type: ValueType): Value {
  if (given === null || given === undefined) return null;
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
  return error instanceof TeselaError && isErrorCode(error.code) && error.code === "VALUE_ERROR";
}
