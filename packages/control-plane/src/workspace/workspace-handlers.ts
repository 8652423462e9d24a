import type { FeatureView } from "@tesela/contract";
import { opens } from "../access/authorize.ts";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import {
  appliedWorkspaceOf,
  serviceNamed,
  viewNamed,
  type AppliedView,
  type AppliedWorkspace,
} from "./applied-view.ts";
import { featureServiceOf } from "./feature-service.ts";
import { featureViewOf } from "./feature-view.ts";
import { publicOrigin, viewPagePath } from "./view-url.ts";

type Names =
  | "listWorkspaces"
  | "listFeatureViews"
  | "getFeatureView"
  | "listFeatureServices"
  | "getFeatureService"
  | "listEntities"
  | "listDataSources";

/** Answers what a workspace holds. */
export function workspaceHandlers({ registry, publicUrl }: Services): Pick<Handlers, Names> {
  const applied = async (name: string): Promise<AppliedWorkspace> => {
    const { id } = await registry.workspaces.get(name);
    return appliedWorkspaceOf(await registry.definitions.current(id));
  };
  const shown = (
    view: AppliedView,
    { parameters, request }: Pick<Call<"listFeatureViews">, "parameters" | "request">,
  ) => {
    const page = viewPagePath(parameters.workspace, view.definition.name);
    return featureViewOf(registry.ledger, view, publicOrigin(request, publicUrl) + page);
  };
  return {
    listWorkspaces: async ({ key }) => {
      const workspaces = (await registry.workspaces.list()).filter(({ name }) => opens(key, name));
      return { workspaces: workspaces.map(({ name, revision }) => ({ name, revision: Number(revision) })) };
    },
    listFeatureViews: async (call) => {
      const featureViews: FeatureView[] = [];
      for (const view of (await applied(call.parameters.workspace)).views.values()) {
        featureViews.push(await shown(view, call));
      }
      return { featureViews };
    },
    getFeatureView: async (call) => {
      const view = viewNamed(await applied(call.parameters.workspace), call.parameters.name);
      return { featureView: await shown(view, call) };
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
