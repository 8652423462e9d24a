import { micros, TeselaError, type EpochMicros } from "@tesela/core";
import type { ServedView } from "../reader/served-view.ts";

/** A key as the feature server checks it: `hash` is the SHA-256 of the whole secret. */
export interface ServingKey {
  readonly id: string;
  readonly role: "admin" | "reader";
  /** The one workspace it opens, or `null` for all. */
  readonly workspace: string | null;
  readonly hash: Uint8Array;
}

/** A workspace's views that are served online, by name. */
export interface ServedWorkspace {
  readonly views: ReadonlyMap<string, ServedView>;
}

/** All that the feature server needs to serve without Postgres and control plane (decision 6). */
export interface ServingPlan {
  readonly clock: { readonly mode: "live" } | { readonly mode: "frozen"; readonly at: EpochMicros };
  readonly apiKeys: readonly ServingKey[];
  readonly workspaces: ReadonlyMap<string, ServedWorkspace>;
}

/** The platform clock's instant by a plan; a live clock follows the system's (milliseconds). */
export function planNow(plan: ServingPlan, systemMillis: number): EpochMicros {
  return plan.clock.mode === "frozen" ? plan.clock.at : micros(BigInt(systemMillis) * 1000n);
}

/** The view of a plan; `NOT_FOUND` names what there is. */
export function servedView(plan: ServingPlan, workspace: string, name: string): ServedView {
  const known = plan.workspaces.get(workspace);
  if (known === undefined) throw new TeselaError("NOT_FOUND", `There is no workspace "${workspace}".`);
  const view = known.views.get(name);
  if (view !== undefined) return view;
  const names = [...known.views.keys()].join(", ") || "none";
  throw new TeselaError(
    "NOT_FOUND",
    `No feature view "${name}" is served online in workspace "${workspace}".`,
    {
      fix: `Served: ${names}. A view is served when it is declared with online: true and applied.`,
    },
  );
}
