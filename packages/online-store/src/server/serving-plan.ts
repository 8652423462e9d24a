import { micros, TeselaError, type EpochMicros } from "@tesela/core";
import type { ServedView } from "../reader/served-view.ts";
import type { ServedService } from "./served-service.ts";

/** A key as the feature server knows it. */
export interface ServingKey {
  readonly id: string;
  readonly role: "admin" | "reader";
  /** The one workspace it opens, or `null` for all. */
  readonly workspace: string | null;
}

/** A workspace's views that are served online, and its feature services, by name. */
export interface ServedWorkspace {
  readonly views: ReadonlyMap<string, ServedView>;
  readonly services: ReadonlyMap<string, ServedService>;
  /** Of each view, realtime views too: the service that has it alone, for clients that read services only. */
  readonly alone: ReadonlyMap<string, ServedService>;
}

/** All that the feature server needs to serve without Postgres and control plane (decision 6). */
export interface ServingPlan {
  readonly clock: { readonly mode: "live" } | { readonly mode: "frozen"; readonly at: EpochMicros };
  /** By the SHA-256 of the whole secret, in hexadecimal. */
  readonly apiKeys: ReadonlyMap<string, ServingKey>;
  readonly workspaces: ReadonlyMap<string, ServedWorkspace>;
}

/** The platform clock's instant by a plan; a live clock follows the system's (milliseconds). */
export function planNow(plan: ServingPlan, systemMillis: number): EpochMicros {
  return plan.clock.mode === "frozen" ? plan.clock.at : micros(BigInt(systemMillis) * 1000n);
}

/** The view of a plan; `NOT_FOUND` names what there is. */
export function servedView(plan: ServingPlan, workspace: string, name: string): ServedView {
  const { views } = servedWorkspace(plan, workspace);
  const view = views.get(name);
  if (view !== undefined) return view;
  throw notServed(workspace, name, views);
}

/** The service that has one view of a plan alone; `NOT_FOUND` names what there is. */
export function servedAlone(plan: ServingPlan, workspace: string, name: string): ServedService {
  const { alone } = servedWorkspace(plan, workspace);
  const service = alone.get(name);
  if (service !== undefined) return service;
  throw notServed(workspace, name, alone);
}

function notServed(workspace: string, name: string, views: ReadonlyMap<string, unknown>): TeselaError {
  const served = `No feature view "${name}" is served online in workspace "${workspace}".`;
  return new TeselaError("NOT_FOUND", served, {
    fix: `Served: ${listed(views)}. A view is served when it is declared with online: true and applied.`,
  });
}

/** The feature service of a plan; `NOT_FOUND` names what there is. */
export function servedService(plan: ServingPlan, workspace: string, name: string): ServedService {
  const { services } = servedWorkspace(plan, workspace);
  const service = services.get(name);
  if (service !== undefined) return service;
  throw new TeselaError("NOT_FOUND", `There is no feature service "${name}" in workspace "${workspace}".`, {
    fix: `There are: ${listed(services)}. A single view is read by featureViewName, or by its own route.`,
  });
}

function servedWorkspace(plan: ServingPlan, workspace: string): ServedWorkspace {
  const known = plan.workspaces.get(workspace);
  if (known !== undefined) return known;
  throw new TeselaError("NOT_FOUND", `There is no workspace "${workspace}".`);
}

const SHOWN = 20;

function listed(named: ReadonlyMap<string, unknown>): string {
  const names = [...named.keys()].slice(0, SHOWN).join(", ");
  if (named.size === 0) return "none";
  return named.size > SHOWN ? `${names} and ${named.size - SHOWN} more` : names;
}
