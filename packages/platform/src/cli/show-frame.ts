import { printStatistics } from "./statistics.ts";
import { printTable, printValue } from "./table.ts";
import type { FeatureFrame, FrameRow } from "@tesela/sdk";
import type { Terminal } from "./terminal.ts";

const SHOWN_ROWS = 10;

/** Prints the first rows of a frame, and the statistics of its match. */
export async function showFrame(frame: FeatureFrame, terminal: Terminal): Promise<void> {
  const { rowCount, schema, statistics } = frame;
  const rows = await firstRows(frame);
  const names = schema.map(({ name }) => name);
  const cells = rows.map((row) => names.map((name) => printValue(row[name])));
  const left = rowCount - rows.length;
  const more = left > 0 ? [`… ${left.toLocaleString("en-US")} more; --output writes them all`] : [];
  const text = [printTable(names, cells), ...more, printStatistics(statistics)].join("\n").trimEnd();
  terminal.result({ rowCount, columns: schema, statistics, rows }, text);
}

async function firstRows(frame: FeatureFrame): Promise<readonly FrameRow[]> {
  for await (const batch of frame.batches({ size: SHOWN_ROWS })) return batch;
  return [];
}
