import type { ResponseOf } from "@tesela/contract";
import { opens } from "../access/authorize.ts";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, serviceNamed, viewNamed, type AppliedWorkspace } from "./applied-view.ts";
import { featureServiceOf } from "./feature-service.ts";
import { featureViewOf } from "./feature-view.ts";
import { realtimeViewOf } from "./realtime-view.ts";
import { publicOrigin, viewPagePath } from "./view-url.ts";

type Names =
  | "listWorkspaces"
  | "listFeatureViews"
  | "getFeatureView"
  | "listFeatureServices"
  | "getFeatureService"
  | "listEntities"
  | "listDataSources";

type AnyView = ResponseOf<"getFeatureView">["featureView"];
type ViewCall = Pick<Call<"listFeatureViews">, "parameters" | "request">;

/** Answers what a workspace holds. */
export function workspaceHandlers({ registry, publicUrl }: Services): Pick<Handlers, Names> {
  const applied = async (name: string): Promise<AppliedWorkspace> => {
    const { id } = await registry.workspaces.get(name);
    return appliedWorkspaceOf(await registry.definitions.current(id));
  };
  const pageOf = ({ parameters, request }: ViewCall, name: string): string =>
    publicOrigin(request, publicUrl) + viewPagePath(parameters.workspace, name);
  const shown = (workspace: AppliedWorkspace, name: string, call: ViewCall): Promise<AnyView> => {
    const realtime = workspace.realtimeViews.get(name);
    if (realtime !== undefined)
      return Promise.resolve(realtimeViewOf(workspace, realtime, pageOf(call, name)));
    return featureViewOf(registry.ledger, viewNamed(workspace, name), pageOf(call, name));
  };
  return {
    listWorkspaces: async ({ key }) => {
      const workspaces = (await registry.workspaces.list()).filter(({ name }) => opens(key, name));
      return { workspaces: workspaces.map(({ name, revision }) => ({ name, revision: Number(revision) })) };
    },
    listFeatureViews: async (call) => {
      const workspace = await applied(call.parameters.workspace);
      const names = [...workspace.views.keys(), ...workspace.realtimeViews.keys()].toSorted();
      const featureViews: AnyView[] = [];
      for (const name of names) featureViews.push(await shown(workspace, name, call));
      return { featureViews };
    },
    getFeatureView: async (call) => {
      const workspace = await applied(call.parameters.workspace);
      return { featureView: await shown(workspace, call.parameters.name, call) };
    },
    listFeatureServices: async ({ parameters }) => {
      const workspace = await applied(parameters.workspace);
      const services = [...workspace.services.values()];
      return { featureServices: services.map((service) => featureServiceOf(workspace, service)) };
    },
    getFeatureService: async ({ parameters }) => {
      const workspace = await applied(parameters.workspace);
      return { featureService: featureServiceOf(workspace, serviceNamed(workspace, parameters.name)) };
    },
    listEntities: async ({ parameters }) => ({
      entities: [...(await applied(parameters.workspace)).repository.entities.values()],
    }),
    listDataSources: async ({ parameters }) => ({
      dataSources: [...(await applied(parameters.workspace)).repository.sources.values()].toSorted((a, b) =>
        a.name < b.name ? -1 : 1,
      ),
    }),
  };
}
