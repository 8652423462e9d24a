import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { TeselaError } from "@tesela/core";
import { connectWorkspace, type WorkspaceClient } from "../connection.ts";
import { retrievalProgress } from "../retrieval-progress.ts";
import { showFrame } from "../show-frame.ts";
import { printStatistics } from "../statistics.ts";
import { writerOf } from "../write-frame.ts";
import type { FeatureFrame, RangeOptions, ReadOptions } from "@tesela/sdk";
import type { Context } from "../context.ts";
import type { HistoricalInvocation } from "../invocation.ts";

/** Reads features as they were known then and writes the frame to a file, or prints its first rows. */
export async function getHistorical(invocation: HistoricalInvocation, context: Context): Promise<void> {
  const { output } = invocation;
  const write = output === null ? null : writerOf(output);
  const { terminal } = context;
  await using frame = await read(checked(invocation), context);
  if (output === null || write === null) return await showFrame(frame, terminal);
  const path = resolve(output);
  await write(frame, path);
  const { rowCount, schema, statistics } = frame;
  terminal.result(
    { rowCount, columns: schema, statistics, path },
    [`${rowCount.toLocaleString("en-US")} rows in ${path}`, printStatistics(statistics)].join("\n").trim(),
  );
}

/** Refuses what cannot be asked before anything is sent up. */
function checked(invocation: HistoricalInvocation): HistoricalInvocation {
  const { views, service, spine, rangeOptions } = invocation;
  if (views.length > 0 === (service !== null)) {
    const found =
      service === null
        ? "Neither feature views nor --service is given"
        : "Feature views and --service are given";
    throw new TeselaError("VALIDATION", `${found}.`, { fix: "Name feature views, or one feature service." });
  }
  if (spine === null && views.length > 1)
    throw new TeselaError("VALIDATION", "Without --spine, one feature view is read at a time.", {
      fix: "Give --spine, or name one view.",
    });
  for (const file of [spine, rangeOptions.entities ?? null]) {
    if (file === null || existsSync(file)) continue;
    throw new TeselaError("VALIDATION", `There is no file ${resolve(file)}.`);
  }
  return invocation;
}

async function read(invocation: HistoricalInvocation, context: Context): Promise<FeatureFrame> {
  const progress = retrievalProgress(context.terminal);
  const shared = { ...invocation.options, signal: context.signal, onProgress: progress.show };
  try {
    const workspace = connectWorkspace(context.config);
    return await (invocation.spine === null
      ? readRange(workspace, invocation, shared)
      : readSpine(workspace, invocation, resolve(invocation.spine), shared));
  } finally {
    progress.end();
  }
}

async function readSpine(
  workspace: WorkspaceClient,
  { views, service, spineOptions, rangeOptions }: HistoricalInvocation,
  spine: string,
  shared: ReadOptions,
): Promise<FeatureFrame> {
  const options = { ...shared, ...spineOptions, ...rangeOptions };
  if (service !== null) return workspace.getFeatureService(service).getHistoricalFeatures(spine, options);
  return workspace.getHistoricalFeatures({ spine, featureViews: views, ...options });
}

async function readRange(
  workspace: WorkspaceClient,
  { views, service, spineOptions, rangeOptions }: HistoricalInvocation,
  shared: ReadOptions,
): Promise<FeatureFrame> {
  const { entities, ...range } = rangeOptions;
  const files: RangeOptions = entities === undefined ? {} : { entities: resolve(entities) };
  const options = { ...shared, ...spineOptions, ...range, ...files };
  if (service !== null) return workspace.getFeatureService(service).getHistoricalFeatures(options);
  return workspace.getFeatureView(views[0]!).getHistoricalFeatures(options);
}
