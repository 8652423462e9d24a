import { decodeKeyValue, type WireValue } from "@tesela/contract";
import { TeselaError, type JoinKey, type KeyValue, type Problem } from "@tesela/core";

/** Where join keys stand in a request, and whether a key may be null (it then matches nothing, TIME T9). */
export interface KeysRead {
  readonly path: string;
  readonly nulls: "refused" | "taken";
}

/** The published clients send null for a key that they do not have (TIME T6). */
export function wireKeys(path: string): KeysRead {
  return { path, nulls: "taken" };
}

/** Our own clients never do. */
export function ownKeys(path: string): KeysRead {
  return { path, nulls: "refused" };
}

/** The key values in order; throws `VALIDATION` with every key that is missing, unknown or wrong. */
export function decodeJoinKeys(
  joinKeys: readonly JoinKey[],
  wire: Readonly<Record<string, WireValue>>,
  read: KeysRead,
): readonly (KeyValue | null)[] {
  const problems: Problem[] = [];
  const values = joinKeys.map((key) => decodeOne(key, wire, read, problems));
  for (const name of Object.keys(wire)) {
    if (!joinKeys.some((key) => key.name === name))
      problems.push({ path: `${read.path}.${name}`, message: "is no join key" });
  }
  if (problems.length === 0) return values;
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
  { path: parent, nulls }: KeysRead,
  problems: Problem[],
): KeyValue | null {
  const path = `${parent}.${name}`;
  if (!Object.hasOwn(wire, name)) {
    problems.push({ path, message: "is missing" });
    return null;
  }
  const found = wire[name];
  if (found === null && nulls === "taken") return null;
  // Half of a surrogate pair has no UTF-8: two such keys would be stored as one.
  if (typeof found === "string" && !found.isWellFormed()) {
    problems.push({ path, message: "holds half of a surrogate pair" });
    return null;
  }
  try {
    return decodeKeyValue(found, type, path);
  } catch (error) {
    problems.push({ path, message: error instanceof Error ? error.message : "is not valid" });
    return null;
  }
}
