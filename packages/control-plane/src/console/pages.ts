import { routes } from "@tesela/contract";
import { authorize, opens } from "../access/authorize.ts";
import type { BrowserSession } from "../access/session.ts";
import { jobBodyOf } from "../jobs/job-body.ts";
import { logLineBodyOf } from "../jobs/job-logs.ts";
import { coverageBodyOf } from "../schedule/coverage.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed, type AppliedWorkspace } from "../workspace/applied-view.ts";
import type { Html } from "./html.ts";
import type { Page, TrailStep } from "./page.ts";
import { featureViewBody } from "./pages/feature-view.ts";
import { jobBody } from "./pages/job.ts";
import { realtimeViewBody } from "./pages/realtime-view.ts";
import { workspaceBody } from "./pages/workspace.ts";
import { workspacesBody } from "./pages/workspaces.ts";
import { pathOf } from "./paths.ts";

/** Makes a page of a request of somebody who is logged in. */
export type MakePage = (
  services: Services,
  session: BrowserSession,
  parameters: Readonly<Record<string, string>>,
) => Promise<Page>;

const JOBS_SHOWN = 50;

/** The first page: workspaces and their views. */
export const workspacesPage: MakePage = async ({ registry }, session) => {
  const opened = (await registry.workspaces.list()).filter(({ name }) => opens(session.key, name));
  const listed = [];
  for (const { id, name } of opened) {
    const { objects } = await registry.definitions.current(id);
    const views = objects.filter(({ kind }) => VIEW_KINDS.includes(kind)).map((object) => object.name);
    listed.push({ name, views: views.toSorted() });
  }
  return { title: "Workspaces", trail: [], session, body: workspacesBody(listed) };
};

const VIEW_KINDS: readonly string[] = [
  "batchFeatureView",
  "streamFeatureView",
  "featureTable",
  "realtimeFeatureView",
];

/** The page of a workspace. */
export const workspacePage: MakePage = async (services, session, { workspace: name = "" }) => {
  const { workspace } = await open(services, session, name);
  return { title: name, trail: [WORKSPACES], session, body: workspaceBody(name, workspace) };
};

/** The page of a feature view, realtime ones too. */
export const featureViewPage: MakePage = async (services, session, { workspace: name = "", view = "" }) => {
  const { id, workspace } = await open(services, session, name);
  const body = await viewBody(services, { id, name, workspace }, view);
  return { title: view, trail: [WORKSPACES, workspaceStep(name)], session, body };
};

async function viewBody(
  services: Services,
  {
    id,
    name,
    workspace,
  }: { readonly id: number; readonly name: string; readonly workspace: AppliedWorkspace },
  viewName: string,
): Promise<Html> {
  const realtime = workspace.realtimeViews.get(viewName);
  if (realtime !== undefined) return realtimeViewBody(realtime);
  const view = viewNamed(workspace, viewName);
  const coverage = await coverageBodyOf(services, view);
  const { jobs } = await services.registry.jobs.list(id, { view: viewName, limit: JOBS_SHOWN });
  return featureViewBody({ workspace: name, view, coverage, jobs: jobs.map(jobBodyOf) });
}

/** The page of a job. */
export const jobPage: MakePage = async ({ registry }, session, { workspace = "", job: jobId = "" }) => {
  authorize(session.key, routes.getJob.access, workspace);
  const { id } = await registry.workspaces.get(workspace);
  const job = jobBodyOf(await registry.jobs.get(id, jobId));
  const logs = (await registry.jobs.logs(id, jobId)).map(logLineBodyOf);
  const view = { workspace, view: job.featureView };
  const viewStep = { name: job.featureView, path: pathOf("featureView", view) };
  const body = jobBody({ job, logs, session });
  return { title: `Job ${job.id}`, trail: [WORKSPACES, workspaceStep(workspace), viewStep], session, body };
};

/** Cancels a job or tries it again, as the API does. */
export async function changeJob(
  { registry, dispatcher }: Services,
  { key }: BrowserSession,
  { workspace = "", job = "" }: Readonly<Record<string, string>>,
  action: "cancel" | "retry",
): Promise<void> {
  authorize(key, action === "cancel" ? routes.cancelJob.access : routes.retryJob.access, workspace);
  const { id } = await registry.workspaces.get(workspace);
  await registry.jobs[action](id, job);
  if (action === "retry") await dispatcher.dispatch();
}

async function open({ registry }: Services, { key }: BrowserSession, name: string) {
  authorize(key, routes.getFeatureView.access, name);
  const { id } = await registry.workspaces.get(name);
  return { id, workspace: appliedWorkspaceOf(await registry.definitions.current(id)) };
}

const WORKSPACES: TrailStep = { name: "Workspaces", path: pathOf("workspaces") };

function workspaceStep(name: string): TrailStep {
  return { name, path: pathOf("workspace", { workspace: name }) };
}
