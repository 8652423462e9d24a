import type { Change } from "@tesela/contract";
import { pathOf, TeselaError } from "@tesela/core";

/** Why definitions alone may not be applied: what would be destroyed, and how to do it all the same. */
export function destructiveError(changes: readonly Change[]): TeselaError {
  const destroyed = changes.filter(({ isDestructive }) => isDestructive);
  const names = destroyed.map((change) => `${change.action} ${pathOf(change)}`).join(", ");
  return new TeselaError("DESTRUCTIVE", `Applying would destroy stored data: ${names}.`, {
    fix: "Make a plan, look at it, and apply the plan by its id.",
    problems: destroyed.map((change) => ({
      path: pathOf(change),
      message: `${change.action}: ${change.reasons.join("; ")}`,
    })),
  });
}
