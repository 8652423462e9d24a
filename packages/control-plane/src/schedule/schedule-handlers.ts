import type { Handlers } from "../http/call.ts";
import { jobBodyOf } from "../jobs/job-body.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed } from "../workspace/applied-view.ts";
import { coverageBodyOf } from "./coverage.ts";
import { refill } from "./refill.ts";
import { refresh, refreshStaleness } from "./staleness.ts";

/** Answers what is materialized of a view, and fills again what is not or is stale. */
export function scheduleHandlers(
  services: Services,
): Pick<Handlers, "getCoverage" | "refill" | "refreshStaleness" | "refresh"> {
  const { registry } = services;
  return {
    getCoverage: async ({ parameters }) => {
      const { id } = await registry.workspaces.get(parameters.workspace);
      const workspace = appliedWorkspaceOf(await registry.definitions.current(id));
      return { coverage: await coverageBodyOf(services, viewNamed(workspace, parameters.name)) };
    },
    refill: (call) => refill(services, call),
    refreshStaleness: async (call) => ({ coverage: await refreshStaleness(services, call) }),
    refresh: async (call) => ({ jobs: (await refresh(services, call)).map(jobBodyOf) }),
  };
}
