import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { TeselaError } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import { printTable, printValue } from "../table.ts";
import type { FeatureFrame, FrameRow } from "@tesela/sdk";
import type { Context } from "../context.ts";
import type { HistoricalInvocation } from "../invocation.ts";

const SHOWN_ROWS = 10;

/** Joins features to a spine and writes the frame to a file, or prints its first rows. */
export async function getHistorical(invocation: HistoricalInvocation, context: Context): Promise<void> {
  const { views, spine, timestampKey, fromSource, out } = invocation;
  if (!existsSync(spine)) throw new TeselaError("VALIDATION", `There is no spine ${resolve(spine)}.`);
  await using frame = await connectWorkspace(context.config).getHistoricalFeatures({
    spine: resolve(spine),
    featureViews: views,
    signal: context.signal,
    ...(timestampKey === null ? {} : { timestampKey }),
    ...(fromSource === null ? {} : { fromSource }),
  });
  if (out === null) return await show(frame, context);
  await frame.toParquet(resolve(out));
  const { rowCount, schema } = frame;
  context.terminal.result(
    { rowCount, columns: schema, path: resolve(out) },
    `${rowCount} rows in ${resolve(out)}`,
  );
}

async function show(frame: FeatureFrame, { terminal }: Context): Promise<void> {
  const rows = await firstRows(frame);
  const names = frame.schema.map(({ name }) => name);
  const table = printTable(
    names,
    rows.map((row) => names.map((name) => printValue(row[name]))),
  );
  const left = frame.rowCount - rows.length;
  const more = left > 0 ? `\n… ${left} more; --out writes them all` : "";
  terminal.result({ rowCount: frame.rowCount, columns: frame.schema, rows }, `${table}${more}`);
}

async function firstRows(frame: FeatureFrame): Promise<FrameRow[]> {
  for await (const batch of frame) return batch.slice(0, SHOWN_ROWS);
  return [];
}
