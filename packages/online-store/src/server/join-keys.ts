import { decodeKeyValue, type WireValue } from "@tesela/contract";
import { TeselaError, type JoinKey, type KeyValue, type Problem } from "@tesela/core";

/** The key values in the view's order; throws `VALIDATION` with every key that is missing, unknown or wrong. */
export function decodeJoinKeys(
  joinKeys: readonly JoinKey[],
  wire: Readonly<Record<string, WireValue>>,
): readonly KeyValue[] {
  const problems: Problem[] = [];
  const values = joinKeys.map((key) => decodeOne(key, wire, problems));
  for (const name of Object.keys(wire)) {
    if (!joinKeys.some((key) => key.name === name))
      problems.push({ path: `joinKeys.${name}`, message: "is no join key" });
  }
  if (problems.length === 0) return values.filter((value) => value !== null);
  const expected = joinKeys.map(({ name, type }) => `${name} (${type})`).join(", ");
  const found = problems.map(({ path, message }) => `${path} ${message}`).join("; ");
  throw new TeselaError("VALIDATION", `The join keys are not valid: ${found}.`, {
    problems,
    fix: `The join keys are: ${expected}.`,
  });
}

function decodeOne(
  { name, type }: JoinKey,
  wire: Readonly<Record<string, WireValue>>,
  problems: Problem[],
): KeyValue | null {
  const path = `joinKeys.${name}`;
  if (!Object.hasOwn(wire, name)) {
    problems.push({ path, message: "is missing" });
    return null;
  }
  try {
    return decodeKeyValue(wire[name], type, path);
  } catch (error) {
    problems.push({ path, message: error instanceof Error ? error.message : "is not valid" });
    return null;
  }
}
