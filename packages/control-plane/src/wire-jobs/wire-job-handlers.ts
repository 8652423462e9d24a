import { TeselaError } from "@tesela/core";
import type { RequestBodyOf, ResponseOf } from "@tesela/contract";
import type { ApiKey, Job, Registry } from "@tesela/registry";
import type { WireJobRoute } from "../http/call.ts";
import { signUpload } from "../historical/signed-upload.ts";
import { startIngest, tableOf } from "../ingest/start-ingest.ts";
import { triggerJob } from "../jobs/trigger.ts";
import type { Services } from "../services.ts";
import { latestReadyTime } from "./ready-time.ts";
import { wireJobOf } from "./wire-job-body.ts";

/** Answers a call of the compatible jobs API, whose body says everything. */
export type WireJobHandler<N extends WireJobRoute> = (
  body: RequestBodyOf<N>,
  caller: WireCaller,
) => Promise<ResponseOf<N>>;

/** Who calls, and what the addresses begin with that an answer tells. */
export interface WireCaller {
  readonly key: ApiKey;
  readonly origin: string;
}

/** A handler for each of its operations. */
export type WireJobHandlers = { readonly [N in WireJobRoute]: WireJobHandler<N> };

/** Jobs listed at most. */
const MOST_JOBS = 1_000;

/** Answers Tecton's Airflow operators. */
export function wireJobHandlers(services: Services): WireJobHandlers {
  const { registry } = services;
  return {
    submitWireJob: async ({ workspace, featureView, useTectonManagedRetries, ...body }, { key }) => {
      const parameters = { workspace, name: featureView };
      const wanted = { ...body, useManagedRetries: useTectonManagedRetries };
      return { job: wireJobOf(await triggerJob(services, { parameters, body: wanted, key })) };
    },
    getWireJob: async (body) => ({ job: wireJobOf(await jobOf(registry, body)) }),
    cancelWireJob: async (body) => {
      const { id } = await jobOf(registry, body);
      const workspace = await registry.workspaces.get(body.workspace);
      return { job: wireJobOf(await registry.jobs.cancel(workspace.id, id)) };
    },
    listWireJobs: async ({ workspace, featureView }) => {
      const { id } = await registry.workspaces.get(workspace);
      const { jobs } = await registry.jobs.list(id, { view: featureView, limit: MOST_JOBS });
      return { jobs: jobs.map(wireJobOf) };
    },
    getLatestReadyTime: (body) => latestReadyTime(registry, body),
    getDataframeInfo: async ({ workspace, featureView }, { key, origin }) => {
      const { workspaceId } = await tableOf(registry, { workspace, table: featureView });
      const { id, address } = await signUpload(services, { id: workspaceId, name: workspace }, key);
      return { df_path: id, signed_url_for_df_upload: origin + address };
    },
    ingestDataframe: async ({ workspace, featureView, dfPath, useTectonManagedRetries }, { key }) => {
      const upload = { uploadId: dfPath, useManagedRetries: useTectonManagedRetries, key };
      return { job: wireJobOf(await startIngest(services, { workspace, table: featureView, ...upload })) };
    },
  };
}

/** Throws `NOT_FOUND` for a job of another view, too. */
async function jobOf(registry: Registry, body: RequestBodyOf<"getWireJob">): Promise<Job> {
  const { id } = await registry.workspaces.get(body.workspace);
  const job = await registry.jobs.get(id, body.jobId);
  if (job.featureView === body.featureView) return job;
  const found = `Job "${body.jobId}" is one of feature view "${job.featureView}"`;
  throw new TeselaError("NOT_FOUND", `${found}, not "${body.featureView}".`);
}
