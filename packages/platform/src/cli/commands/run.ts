import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { TeselaError } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import { loadDefinitions } from "../load-definitions.ts";
import { retrievalProgress } from "../retrieval-progress.ts";
import { showFrame } from "../show-frame.ts";
import { writerOf } from "../write-frame.ts";
import type { FeatureFrame } from "@tesela/sdk";
import type { Context } from "../context.ts";
import type { RunInvocation } from "../invocation.ts";

/** Runs a view and writes the frame to a file, or prints its first rows. */
export async function run(invocation: RunInvocation, context: Context): Promise<void> {
  const { output } = invocation;
  const write = output === null ? null : writerOf(output);
  await using frame = await runFrame(invocation, context);
  if (output === null || write === null) return await showFrame(frame, context.terminal);
  const path = resolve(output);
  await write(frame, path);
  const { rowCount, schema } = frame;
  const text = `${rowCount.toLocaleString("en-US")} rows in ${path}`;
  context.terminal.result({ rowCount, columns: schema, path }, text);
}

async function runFrame(invocation: RunInvocation, context: Context): Promise<FeatureFrame> {
  const { view, definitions: file } = invocation;
  const mockSources = mocksOf(invocation);
  const definitions = file === null ? null : await loadDefinitions(file);
  const progress = retrievalProgress(context.terminal);
  const options = { ...invocation.options, mockSources, signal: context.signal, onProgress: progress.show };
  try {
    const workspace = connectWorkspace(context.config);
    return await (definitions === null
      ? workspace.getFeatureView(view).run(options)
      : workspace.run(view, definitions, options));
  } finally {
    progress.end();
  }
}

function mocksOf({ mocks }: RunInvocation): Record<string, string> {
  for (const file of Object.values(mocks)) {
    if (existsSync(file)) continue;
    throw new TeselaError("VALIDATION", `There is no file ${resolve(file)}.`);
  }
  return Object.fromEntries(Object.entries(mocks).map(([name, file]) => [name, resolve(file)]));
}
