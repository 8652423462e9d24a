import type { HousekeepingWork } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { PlannedWork } from "@tesela/registry";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { mergeWork, orphanedWork } from "./orphaned-work.ts";

/** Answers requests for housekeeping. */
export function housekeepingHandlers(services: Services): Pick<Handlers, "housekeep"> {
  return {
    housekeep: async (call) => {
      const planned = await plan(services, call);
      if (call.body.dryRun) return { work: planned.map((one) => workOf(one, null)) };
      const work: HousekeepingWork[] = [];
      for (const one of planned) work.push(workOf(one, await startJob(services, one, call.key?.id ?? "")));
      return { work };
    },
  };
}

async function plan(services: Services, { parameters, body, signal }: Call<"housekeep">) {
  const { registry, housekeeping } = services;
  const { id: workspaceId } = await registry.workspaces.get(parameters.workspace);
  const { types, view } = body;
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
