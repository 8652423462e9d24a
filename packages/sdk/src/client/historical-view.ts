import type { FeatureView as FeatureViewInfo, RealtimeView } from "@tesela/contract";
import {
  KEY_TYPES,
  TeselaError,
  type FeatureDefinition,
  type FieldDefinition,
  type JoinKey,
  type ServiceViewDefinition,
} from "@tesela/core";
import type { FeatureService } from "../declare/feature-service.ts";
import type { RealtimeFeatureView, RealtimeSource } from "../declare/realtime-feature-view.ts";
import { fieldsOf } from "../declare/request-source.ts";
import type { ServiceView } from "../declare/service-view.ts";
import type { DeclaredView } from "../declare/view.ts";
import type { CallOptions, Http } from "./http.ts";
import { isRealtimeInfo } from "./view-info.ts";
import { countsOf, joinKeysOf } from "./view-types.ts";

/** A view of a historical read: what its columns in spine and frame are. */
export interface HistoricalView {
  /** Its join keys by the names that they have in the spine, and request columns of the types that keys have. */
  readonly joinKeys: readonly JoinKey[];
  /** The frame's columns that hold counts. */
  readonly counts: ReadonlySet<string>;
}

/** What names a view of a read: its declaration, what `.pick()` and the like make of that, or its name. */
export type ViewChoice = DeclaredView | RealtimeFeatureView | ServiceView | string;

interface Known {
  readonly joinKeys: readonly JoinKey[];
  readonly features: readonly FeatureDefinition[];
  /** Columns of a spine that are request data. */
  readonly requestFields: readonly FieldDefinition[];
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
  const views = await Promise.all(
    featureService.definition.views.map(async (one) =>
      historicalView(one, await asked(http, workspace, one.view, { signal })),
    ),
  );
  return [{ joinKeys: featureService.joinKeys, counts: new Set<string>() }, ...views];
}

function declared(choice: Exclude<ViewChoice, string>): Known {
  const view = choice.kind === "serviceView" ? choice.view : choice;
  if (!isRealtime(view)) {
    return { joinKeys: joinKeysOf(view), features: view.definition.features, requestFields: [] };
  }
  const sources = Object.values(view.sources).map(declaredSource);
  return {
    joinKeys: sources.flatMap(({ joinKeys }) => joinKeys),
    features: [],
    requestFields: sources.flatMap(({ requestFields }) => requestFields),
  };
}

function isRealtime(view: DeclaredView | RealtimeFeatureView): view is RealtimeFeatureView {
  return view.kind === "realtimeFeatureView";
}

function declaredSource(source: RealtimeSource): Pick<Known, "joinKeys" | "requestFields"> {
  if (source.kind === "requestSource") return { joinKeys: [], requestFields: fieldsOf(source.schema) };
  const { joinKeyMap = {} } = source.kind === "serviceView" ? source.definition : {};
  return { joinKeys: renamed(declared(source).joinKeys, joinKeyMap), requestFields: [] };
}

function renamed(
  joinKeys: readonly JoinKey[],
  joinKeyMap: Readonly<Record<string, string>>,
): readonly JoinKey[] {
  return joinKeys.map((key) => ({ ...key, name: joinKeyMap[key.name] ?? key.name }));
}

async function asked(http: Http, workspace: string, name: string, { signal }: CallOptions): Promise<Known> {
  try {
    const { featureView } = await http.call("getFeatureView", { workspace, name }, { signal });
    return isRealtimeInfo(featureView) ? knownRealtime(featureView) : knownOf(featureView);
  } catch (error) {
    if (!(error instanceof TeselaError) || error.code !== "NOT_FOUND") throw error;
    return UNKNOWN;
  }
}

/** None at all, which the read itself is told. */
const UNKNOWN: Known = { joinKeys: [], features: [], requestFields: [] };

function knownOf({ joinKeys, definition }: FeatureViewInfo): Known {
  return { joinKeys, features: definition.features, requestFields: [] };
}

function knownRealtime({ joinKeys, requestContext }: RealtimeView): Known {
  return { joinKeys, features: [], requestFields: requestContext };
}

function historicalView(
  { view, name = view, joinKeyMap = {} }: ServiceViewDefinition,
  { joinKeys, features, requestFields }: Known,
): HistoricalView {
  return {
    joinKeys: [...renamed(joinKeys, joinKeyMap), ...requestFields.filter(isKeyTyped)],
    counts: new Set([...countsOf(features)].map((count) => `${name}.${count}`)),
  };
}

function isKeyTyped(field: FieldDefinition): field is JoinKey {
  return KEY_TYPES.some((type) => type === field.type);
}
