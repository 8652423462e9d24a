import { TeselaError } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import { toldOf } from "../told.ts";
import { printTable, printValue } from "../table.ts";
import type { JoinKey } from "@tesela/core";
import type { Context } from "../context.ts";
import type { OnlineInvocation } from "../invocation.ts";

const HEAD = ["feature", "value", "status", "effective time", "why"];

/** Reads the features of one key now, of a view or of a service, and says of each null why it is one. */
export async function getOnline(invocation: OnlineInvocation, context: Context): Promise<void> {
  const { read, keys, options } = await onlineRead(invocation, context);
  const [vector] = await read.getOnlineFeaturesBatch([keys], options);
  const { metadata } = vector!;
  const rows = Object.entries(vector!.toObject()).map(([name, value]) => {
    const { status, effectiveTime, why } = toldOf(metadata, name, value);
    return [name, printValue(value), status, effectiveTime ?? "", why];
  });
  const when = `at ${metadata.at}, materialized to ${metadata.edge ?? "nowhere"}`;
  context.terminal.result({ features: vector!.toJSON(), metadata }, `${printTable(HEAD, rows)}\n${when}`);
}

/** What an online command reads, by which typed keys, and how. */
export async function onlineRead(
  { name, isService, keys, context: requestContext, isPartial }: OnlineInvocation,
  { config, signal }: Context,
) {
  const workspace = connectWorkspace(config);
  const read = isService ? workspace.getFeatureService(name) : workspace.getFeatureView(name);
  const { joinKeys } = await read.describe({ signal });
  const options = { signal, requestContext, allowPartialResults: isPartial };
  return { read, keys: typedKeys(keys, joinKeys), joinKeys, options };
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
