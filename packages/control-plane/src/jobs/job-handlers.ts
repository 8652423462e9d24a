import type { Handlers } from "../http/call.ts";
import { startIngest } from "../ingest/start-ingest.ts";
import { pushRows } from "../ingest/stream-ingest.ts";
import type { Services } from "../services.ts";
import { jobBodyOf } from "./job-body.ts";
import { jobFilterOf } from "./job-filter.ts";
import { logLineBodyOf } from "./job-logs.ts";
import { triggerJob } from "./trigger.ts";
import { waitForJob } from "./wait.ts";

type Names =
  | "triggerJob"
  | "ingest"
  | "pushRows"
  | "listJobs"
  | "getJob"
  | "waitForJob"
  | "cancelJob"
  | "retryJob"
  | "getJobLogs";

/** Answers materialization jobs and ingests. */
export function jobHandlers(services: Services): Pick<Handlers, Names> {
  const { registry, dispatcher } = services;
  return {
    triggerJob: async (call) => ({ job: jobBodyOf(await triggerJob(services, call)) }),
    ingest: async ({ parameters: { workspace, name: table }, body: { uploadId }, key }) => {
      const wanted = { workspace, table, uploadId, useManagedRetries: true, key };
      return { job: jobBodyOf(await startIngest(services, wanted)) };
    },
    pushRows: (call) => pushRows(services, call),
    listJobs: async ({ parameters, query }) => {
      const { id } = await registry.workspaces.get(parameters.workspace);
      const { jobs, nextCursor } = await registry.jobs.list(id, jobFilterOf(query));
      return { jobs: jobs.map(jobBodyOf), nextCursor };
    },
    getJob: async ({ parameters }) => {
      const { id } = await registry.workspaces.get(parameters.workspace);
      return { job: jobBodyOf(await registry.jobs.get(id, parameters.id)) };
    },
    cancelJob: async ({ parameters }) => {
      const { id } = await registry.workspaces.get(parameters.workspace);
      return { job: jobBodyOf(await registry.jobs.cancel(id, parameters.id)) };
    },
    retryJob: async ({ parameters }) => {
      const { id } = await registry.workspaces.get(parameters.workspace);
      const job = await registry.jobs.retry(id, parameters.id);
      await dispatcher.dispatch();
      return { job: jobBodyOf(job) };
    },
    getJobLogs: async ({ parameters, query }) => {
      const { id } = await registry.workspaces.get(parameters.workspace);
      const lines = await registry.jobs.logs(id, parameters.id, query.attempt);
      return { logs: lines.map(logLineBodyOf) };
    },
    waitForJob: async (call) => ({ job: jobBodyOf(await waitForJob(services, call)) }),
  };
}
