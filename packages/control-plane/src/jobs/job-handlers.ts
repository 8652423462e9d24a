import type { Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { jobBodyOf } from "./job-body.ts";
import { triggerJob } from "./trigger.ts";
import { waitForJob } from "./wait.ts";

/** Answers materialization jobs. */
export function jobHandlers(
  services: Services,
): Pick<Handlers, "triggerJob" | "listJobs" | "getJob" | "waitForJob"> {
  const { registry } = services;
  return {
    triggerJob: async (call) => ({ job: jobBodyOf(await triggerJob(services, call)) }),
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
