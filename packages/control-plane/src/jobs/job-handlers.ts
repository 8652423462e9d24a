import type { Handlers } from "../http/call.ts";
import { startIngest } from "../ingest/start-ingest.ts";
import type { Services } from "../services.ts";
import { jobBodyOf } from "./job-body.ts";
import { triggerJob } from "./trigger.ts";
import { waitForJob } from "./wait.ts";

/** Answers materialization jobs and ingests. */
export function jobHandlers(
  services: Services,
): Pick<Handlers, "triggerJob" | "ingest" | "listJobs" | "getJob" | "waitForJob"> {
  const { registry } = services;
  return {
    triggerJob: async (call) => ({ job: jobBodyOf(await triggerJob(services, call)) }),
    ingest: async (call) => ({ job: jobBodyOf(await startIngest(services, call)) }),
    listJobs: async ({ parameters, query }) => {
      const { id } = await registry.workspaces.get(parameters.workspace);
      const { jobs, nextCursor } = await registry.jobs.list(id, query);
      return { jobs: jobs.map(jobBodyOf), nextCursor };
    },
    getJob: async ({ parameters }) => {
      const { id } = await registry.workspaces.get(parameters.workspace);
      return { job: jobBodyOf(await registry.jobs.get(id, parameters.id)) };
    },
    waitForJob: async (call) => ({ job: jobBodyOf(await waitForJob(services, call)) }),
  };
}
