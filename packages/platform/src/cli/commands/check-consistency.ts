import { TeselaError } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { ConsistencyInvocation } from "../invocation.ts";

/** Compares the online store with history; fails when a key differs. */
export async function checkConsistency(
  { view, options }: ConsistencyInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const report = await connectWorkspace(config)
    .getFeatureView(view)
    .checkConsistency({ ...options, signal });
  terminal.result(report, String(report));
  if (report.isConsistent) return;
  const { differingKeys, sampledKeys } = report;
  throw new TeselaError("CONFLICT", `${differingKeys} of ${sampledKeys} keys of ${view} differ.`, {
    fix: "Look at the examples; tesela rebuild loads the view's online data anew.",
  });
}
