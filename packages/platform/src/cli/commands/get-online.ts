import { TeselaError } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import { printTable, printValue } from "../table.ts";
import type { JoinKey } from "@tesela/core";
import type { Context } from "../context.ts";
import type { OnlineInvocation } from "../invocation.ts";

/** Reads the features of one key now, of a view or of a service. */
export async function getOnline(
  { name, isService, keys }: OnlineInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const workspace = connectWorkspace(config);
  const read = isService ? workspace.getFeatureService(name) : workspace.getFeatureView(name);
  const { joinKeys } = await read.describe({ signal });
  const vector = await read.getOnlineFeatures(typedKeys(keys, joinKeys), { signal });
  const rows = Object.entries(vector.toObject()).map(([name, value]) => [name, printValue(value)]);
  const { at, edge } = vector.metadata;
  const when = `at ${at}, materialized to ${edge ?? "nowhere"}`;
  terminal.result(
    { features: vector.toJSON(), metadata: vector.metadata },
    `${printTable(["feature", "value"], rows)}\n${when}`,
  );
}

type TypedKey = string | bigint | Uint8Array;

/** Text as the view's keys are typed; keys that the view does not have stay text, for the client to refuse. */
export function typedKeys(
  keys: Readonly<Record<string, string>>,
  joinKeys: readonly JoinKey[],
): Record<string, TypedKey> {
  const typed = Object.entries(keys).map(([name, text]) => {
    const type = joinKeys.find((key) => key.name === name)?.type ?? "string";
    return [name, readers[type](text, name)] as const;
  });
  return Object.fromEntries(typed);
}

const readers: Readonly<Record<JoinKey["type"], (text: string, name: string) => TypedKey>> = {
  string: (text) => text,
  bytes: (text) => Buffer.from(text, "base64"),
  int64: (text, name) => {
    if (/^[+-]?\d+$/.test(text)) return BigInt(text);
    throw new TeselaError("VALIDATION", `Join key "${name}" is "${text}", expected a whole number.`);
  },
};
