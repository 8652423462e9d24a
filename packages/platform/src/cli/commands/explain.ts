import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { TeselaError } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { ExplainInvocation } from "../invocation.ts";

/** Explains a historical read with a spine. */
export async function explain(invocation: ExplainInvocation, context: Context): Promise<void> {
  const { views, service, isSqlShown } = invocation;
  const spine = checked(invocation);
  const options = { ...invocation.options, signal: context.signal };
  const workspace = connectWorkspace(context.config);
  const explanation = await (service === null
    ? workspace.explain({ spine, featureViews: views, ...options })
    : workspace.getFeatureService(service).explain(spine, options));
  const text = isSqlShown ? `${String(explanation)}\n\n${explanation.sql}` : String(explanation);
  const { spineRows, timestampKey, views: explained, row, sql } = explanation;
  context.terminal.result({ spineRows, timestampKey, views: explained, row, sql }, text);
}

function checked({ views, service, spine }: ExplainInvocation): string {
  if (views.length > 0 === (service !== null))
    throw new TeselaError("VALIDATION", "It is not said what to read.", {
      fix: "Name feature views, or one feature service with --service.",
    });
  if (spine === null)
    throw new TeselaError("VALIDATION", "There is no spine to explain.", { fix: "Give one with --spine." });
  if (existsSync(spine)) return resolve(spine);
  throw new TeselaError("VALIDATION", `There is no file ${resolve(spine)}.`);
}
