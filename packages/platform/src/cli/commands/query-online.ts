import { printTable, printValue } from "../table.ts";
import type { Context } from "../context.ts";
import type { OnlineInvocation } from "../invocation.ts";
import { onlineRead } from "./get-online.ts";

/** Reads the features of every value of a wildcard join key now: a row for each, its join keys first. */
export async function queryOnline(invocation: OnlineInvocation, context: Context): Promise<void> {
  const { read, keys, options } = await onlineRead(invocation, context);
  const vectors = await read.queryFeatures(keys, options);
  const rows = vectors.map((vector) => Object.values(vector.toObject()).map((value) => printValue(value)));
  const [first] = vectors;
  const shown = vectors.map((vector) => ({ features: vector.toJSON(), metadata: vector.metadata }));
  const text =
    first === undefined
      ? "No value of the wildcard has data now."
      : `${printTable(Object.keys(first.toObject()), rows)}\nat ${first.metadata.at}, rows: ${rows.length}`;
  context.terminal.result({ rows: shown }, text);
}
