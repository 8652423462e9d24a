import type { FeatureView as FeatureViewInfo } from "@tesela/contract";
import type { FeatureDefinition, JoinKey, ServiceViewDefinition } from "@tesela/core";
import type { FeatureService } from "../declare/feature-service.ts";
import type { ServiceView } from "../declare/service-view.ts";
import type { DeclaredView } from "../declare/view.ts";
import type { CallOptions, Http } from "./http.ts";
import { countsOf, joinKeysOf } from "./view-types.ts";

/** A view of a historical read: what its columns in spine and frame are. */
export interface HistoricalView {
  /** Its join keys by the names that they have in the spine. */
  readonly joinKeys: readonly JoinKey[];
  /** The frame's columns that hold counts. */
  readonly counts: ReadonlySet<string>;
}

/** What names a view of a read: its declaration, what `.pick()` and the like make of that, or its name. */
export type ViewChoice = DeclaredView | ServiceView | string;

interface Known {
  readonly joinKeys: readonly JoinKey[];
  readonly features: readonly FeatureDefinition[];
}

/** How a request writes a view. */
export function definitionOf(choice: ViewChoice): ServiceViewDefinition {
  if (typeof choice === "string") return { view: choice };
  return choice.kind === "serviceView" ? choice.definition : { view: choice.name };
}

/** The views of a read; the server is asked only about those that are not declared. */
export async function historicalViews(
  http: Http,
  workspace: string,
  choices: readonly ViewChoice[],
  options: CallOptions,
): Promise<readonly HistoricalView[]> {
  return Promise.all(
    choices.map(async (choice) => {
      const known =
        typeof choice === "string" ? await asked(http, workspace, choice, options) : declared(choice);
      return historicalView(definitionOf(choice), known);
    }),
  );
}

/** The views of a feature service that is declared, or as the server has it. */
export async function serviceViews(
  http: Http,
  workspace: string,
  service: FeatureService | string,
  { signal }: CallOptions,
): Promise<readonly HistoricalView[]> {
  if (typeof service !== "string") {
    const views = new Map(service.views.map((view) => [view.name, declared(view)]));
    return service.definition.views.map((one) => historicalView(one, views.get(one.view)!));
  }
  const parameters = { workspace, name: service };
  const { featureService } = await http.call("getFeatureService", parameters, { signal });
  return Promise.all(
    featureService.definition.views.map(async (one) =>
      historicalView(one, await asked(http, workspace, one.view, { signal })),
    ),
  );
}

function declared(choice: DeclaredView | ServiceView): Known {
  const view = choice.kind === "serviceView" ? choice.view : choice;
  return { joinKeys: joinKeysOf(view), features: view.definition.features };
}

async function asked(http: Http, workspace: string, name: string, { signal }: CallOptions): Promise<Known> {
  const { featureView } = await http.call("getFeatureView", { workspace, name }, { signal });
  return knownOf(featureView);
}

function knownOf({ joinKeys, definition }: FeatureViewInfo): Known {
  return { joinKeys, features: definition.features };
}

function historicalView(
  { view, name = view, joinKeyMap = {} }: ServiceViewDefinition,
  { joinKeys, features }: Known,
): HistoricalView {
  return {
    joinKeys: joinKeys.map((key) => ({ ...key, name: joinKeyMap[key.name] ?? key.name })),
    counts: new Set([...countsOf(features)].map((count) => `${name}.${count}`)),
  };
}
