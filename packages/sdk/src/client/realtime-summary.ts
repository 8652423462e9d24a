import type { RealtimeView } from "@tesela/contract";
import { printRows, type FeatureViewAttributes } from "./summary.ts";

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
export class RealtimeViewSummary {
  readonly attributes: RealtimeViewAttributes;
  readonly rows: readonly { readonly name: string; readonly value: string }[];

  constructor(workspace: string, info: RealtimeView) {
    this.attributes = realtimeAttributesOf(workspace, info);
    this.rows = rowsOf(this.attributes, info);
  }

  toString(): string {
    return printRows(this.rows);
  }

  toJSON(): RealtimeViewAttributes {
    return this.attributes;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function rowsOf(attributes: RealtimeViewAttributes, info: RealtimeView): RealtimeViewSummary["rows"] {
  const typed = (some: readonly { readonly name: string; readonly type: string }[]): string =>
    some.map(({ name, type }) => `${name} ${type}`).join(", ");
  const fields: Readonly<Record<string, string | null>> = {
    Name: attributes.name,
    Type: "realtime feature view",
    Workspace: attributes.workspace,
    Description: attributes.description,
    Owner: attributes.owner,
    Tags: Object.entries(attributes.tags)
      .map((tag) => tag.join("="))
      .join(", "),
    "Defined in": attributes.definedIn,
    "Created at": attributes.createdAt,
    "Feature views": attributes.sourceViewNames.join(", "),
    "Join keys": typed(info.joinKeys),
    "Request context": typed(info.requestContext),
    Features: typed(info.features),
    URL: attributes.url,
  };
  return Object.entries(fields).map(([name, value]) => ({ name, value: value ?? "" }));
}
