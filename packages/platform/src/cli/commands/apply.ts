import { TeselaError } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import { loadDefinitions } from "../load-definitions.ts";
import { printChanges } from "../print-changes.ts";
import type { Plan } from "@tesela/contract";
import type { WorkspaceClient } from "../connection.ts";
import type { Context } from "../context.ts";
import type { ApplyInvocation } from "../invocation.ts";

/**
 * Applies a file, or the plan that was named. What destroys data is asked about on a terminal, and refused
 * elsewhere without `--yes`; who names a plan has seen it.
 */
export async function apply(invocation: ApplyInvocation, context: Context): Promise<void> {
  const workspace = connectWorkspace(context.config);
  const planId = invocation.planId ?? (await plannedId(invocation, workspace, context));
  const applied = await workspace.apply({ planId }, { signal: context.signal });
  const changed = applied.changes.filter(({ action }) => action !== "none").length;
  const done = `Applied ${changed} of ${applied.changes.length}: workspace "${workspace.name}" is at revision ${applied.revision}.`;
  context.terminal.result(applied, done);
}

async function plannedId(
  invocation: ApplyInvocation,
  workspace: WorkspaceClient,
  context: Context,
): Promise<string> {
  const definitions = await loadDefinitions(invocation.file);
  const plan = await workspace.plan(definitions, { signal: context.signal });
  context.terminal.note(printChanges(plan.changes));
  if (plan.isDestructive && !invocation.isConfirmed) await confirmDestruction(plan, context);
  return plan.id;
}

async function confirmDestruction(plan: Plan, { terminal }: Context): Promise<void> {
  const names = plan.changes.filter(({ isDestructive }) => isDestructive).map(({ name }) => name);
  if (terminal.isInteractive && (await terminal.confirm(`Destroy the data of ${names.join(", ")}?`))) return;
  throw new TeselaError(
    "DESTRUCTIVE",
    `Nothing was applied: it would destroy the data of ${names.join(", ")}.`,
    {
      fix: `If that is wanted, run \`tesela apply --plan ${plan.id}\`, or apply with --yes.`,
    },
  );
}
