import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { TeselaError } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { IngestInvocation } from "../invocation.ts";
import { jobProgress } from "../progress.ts";

/** Brings the rows of a file into a feature table and waits until every read sees them. */
export async function ingest({ table, file }: IngestInvocation, context: Context): Promise<void> {
  const { config, terminal, signal } = context;
  if (!existsSync(file)) throw new TeselaError("VALIDATION", `There is no file ${resolve(file)}.`);
  const view = connectWorkspace(config).getFeatureView(table);
  const progress = jobProgress(terminal, table);
  try {
    const job = await view.ingest(resolve(file), { signal, onProgress: (seen) => progress.show(seen) });
    const rows = job.attempts.at(-1)?.rows ?? 0;
    const rejected = job.rejectedRows ?? 0;
    const left = rejected === 0 ? "" : `; left out for want of a key or a time: ${rejected}`;
    terminal.result({ job }, `Rows ingested into ${table}: ${rows}${left}.`);
  } finally {
    progress.end();
  }
}
