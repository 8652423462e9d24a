import type { HousekeepingWork } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import { SERVED_LOGS } from "@tesela/offline-store";
import type { PlannedWork } from "@tesela/registry";
import type { Call, Handlers } from "../http/call.ts";
import { sweepServed } from "../served-log/retention.ts";
import type { Services } from "../services.ts";
import { mergeWork, orphanedWork } from "./orphaned-work.ts";

/** Answers requests for housekeeping. */
export function housekeepingHandlers(services: Services): Pick<Handlers, "housekeep"> {
  return {
    housekeep: async (call) => {
      const { id: workspaceId } = await services.registry.workspaces.get(call.parameters.workspace);
      const planned = await plan(services, workspaceId, call);
      const work: HousekeepingWork[] = [];
      for (const one of planned)
        work.push(workOf(one, call.body.dryRun ? null : await startJob(services, one, call.key?.id ?? "")));
      return { work: [...work, ...(await sweep(services, workspaceId, call))] };
    },
  };
}

/** Served logs belong to services: who names a view does not mean them. */
async function sweep(
  services: Services,
  workspaceId: number,
  { body: { types, view, dryRun: isDryRun }, signal }: Call<"housekeep">,
): Promise<readonly HousekeepingWork[]> {
  if (!types.includes("served") || view !== undefined) return [];
  const swept = await sweepServed(services, { folder: `${SERVED_LOGS}/${workspaceId}`, isDryRun }, signal);
  return swept.map(({ service, ...amount }) => ({
    type: "served",
    featureService: service,
    ...amount,
    jobId: null,
  }));
}

async function plan(services: Services, workspaceId: number, { body, signal }: Call<"housekeep">) {
  const { registry, housekeeping } = services;
  const { view } = body;
  const types = body.types.filter((type) => type !== "served");
  const filter = { types, workspaceId, ...(view === undefined ? {} : { view }) };
  const planned = await registry.housekeeping.plan(filter, housekeeping.policy);
  if (types.includes("rebuild") && view !== undefined && planned.length === 0) throw notOnline(view);
  if (!types.includes("collect")) return planned;
  return mergeWork(planned, await orphanedWork(services, { workspaceId, view: view ?? null }, signal));
}

async function startJob(
  { registry, dispatcher, housekeeping }: Services,
  { type, workspaceId, generationId, view }: PlannedWork,
  requestedBy: string,
): Promise<string> {
  const target = { type, workspaceId, generationId, view };
  const by = { requestedBy, trigger: "manual" } as const;
  const job = await registry.housekeeping.request(target, housekeeping.policy, by);
  if (job.waitingAttempt !== null) await dispatcher.dispatchAttempt(job.waitingAttempt);
  return job.id;
}

function workOf(
  { type, view, generationId, files, bytes }: PlannedWork,
  jobId: string | null,
): HousekeepingWork {
  return { type, featureView: view, generation: generationId, files, bytes, jobId };
}

function notOnline(view: string): TeselaError {
  return new TeselaError("NOT_FOUND", `No feature view "${view}" has been materialized online.`, {
    fix: "Name a view that is served online, or none to rebuild all of them.",
  });
}
