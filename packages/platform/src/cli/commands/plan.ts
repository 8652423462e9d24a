import { connectWorkspace } from "../connection.ts";
import { loadDefinitions } from "../load-definitions.ts";
import { printChanges } from "../print-changes.ts";
import type { Context } from "../context.ts";
import type { PlanInvocation } from "../invocation.ts";

/** Says what applying a file would change, and the id under which `apply --plan` does it. */
export async function plan({ file }: PlanInvocation, { config, terminal, signal }: Context): Promise<void> {
  const workspace = connectWorkspace(config);
  const made = await workspace.plan(await loadDefinitions(file), { signal });
  const next = `Plan ${made.id}, until ${made.expiresAt}: tesela apply --plan ${made.id}`;
  terminal.result({ plan: made }, `${printChanges(made.changes)}\n${next}`);
}
