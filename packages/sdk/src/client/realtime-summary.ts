import type { RealtimeView } from "@tesela/contract";
import type { FeatureViewAttributes } from "./summary.ts";
import { printTags, printTyped, ViewSummary } from "./view-summary.ts";

type Shared = Pick<
  FeatureViewAttributes,
  | "name"
  | "workspace"
  | "description"
  | "owner"
  | "tags"
  | "definedIn"
  | "createdAt"
  | "url"
  | "dataSourceNames"
  | "joinKeys"
  | "features"
  | "isTemporal"
  | "isTemporalAggregate"
  | "isOnDemand"
  | "family"
>;

/** What a realtime view is, under the names of its attributes. */
export interface RealtimeViewAttributes extends Shared {
  /** The views that it reads. */
  readonly sourceViewNames: readonly string[];
  /** The names of the request data that it is computed from. */
  readonly requestContextKeys: readonly string[];
}

/** The attributes of a realtime view as the server has it. */
export function realtimeAttributesOf(workspace: string, info: RealtimeView): RealtimeViewAttributes {
  const { definition } = info;
  const views = definition.sources.flatMap((source) => (source.kind === "view" ? [source.view] : []));
  return {
    name: info.name,
    workspace,
    description: definition.description ?? null,
    owner: definition.owner ?? null,
    tags: definition.tags ?? {},
    definedIn: definition.definedIn ?? null,
    createdAt: info.createdAt,
    url: info.url,
    dataSourceNames: [],
    sourceViewNames: [...new Set(views)],
    joinKeys: info.joinKeys.map(({ name }) => name),
    requestContextKeys: info.requestContext.map(({ name }) => name),
    features: info.features.map(({ name }) => name),
    isTemporal: false,
    isTemporalAggregate: false,
    isOnDemand: true,
    family: null,
  };
}

/** What a realtime view is, as rows; it prints as a table. */
export class RealtimeViewSummary extends ViewSummary<RealtimeViewAttributes> {
  constructor(workspace: string, info: RealtimeView) {
    const attributes = realtimeAttributesOf(workspace, info);
    super(attributes, fieldsOf(attributes, info));
  }
}

function fieldsOf(
  attributes: RealtimeViewAttributes,
  info: RealtimeView,
): Readonly<Record<string, string | null>> {
  return {
    Name: attributes.name,
    Type: "realtime feature view",
    Workspace: attributes.workspace,
    Description: attributes.description,
    Owner: attributes.owner,
    Tags: printTags(attributes.tags),
    "Defined in": attributes.definedIn,
    "Created at": attributes.createdAt,
    "Feature views": attributes.sourceViewNames.join(", "),
    "Join keys": printTyped(info.joinKeys),
    "Request context": printTyped(info.requestContext),
    Features: printTyped(info.features),
    URL: attributes.url,
  };
}
