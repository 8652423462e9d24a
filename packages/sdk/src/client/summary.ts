import type { FeatureView as FeatureViewInfo } from "@tesela/contract";
import { formatDuration, parseDuration } from "@tesela/core";
import { printTags, printTyped, ViewSummary } from "./view-summary.ts";

/** What a view is, under the names of its attributes. */
export interface FeatureViewAttributes {
  /** Another one after every recreate. */
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** The file that declares it; `null` where nobody said. */
  readonly definedIn: string | null;
  /** When it was created or last recreated. */
  readonly createdAt: string;
  /** Its page, for a browser. */
  readonly url: string;
  readonly entityNames: readonly string[];
  readonly dataSourceNames: readonly string[];
  readonly joinKeys: readonly string[];
  /** The join keys that online reads are indexed by. */
  readonly onlineServingIndex: readonly string[];
  /** `null`: every join key is needed to read. */
  readonly wildcardJoinKey: string | null;
  /** The names of the output features. */
  readonly features: readonly string[];
  readonly timestampField: string;
  readonly featureStartTime: string;
  /** How often it is materialized, such as `"1d"`; `null` for a feature table. */
  readonly batchSchedule: string | null;
  /** The largest data delay of its sources; `null` where it has none. */
  readonly maxDataDelay: string | null;
  /** Whether batch jobs are made only by a user. */
  readonly isBatchTriggerManual: boolean;
  /** Whether its features are attributes. */
  readonly isTemporal: boolean;
  readonly isTemporalAggregate: boolean;
  /** Whether it is computed at the read; such a view has no jobs and is another object. */
  readonly isOnDemand: boolean;
  /** Of no meaning, here for the sake of its name. */
  readonly family: string | null;
}

/** The attributes of a view as the server has it. */
export function attributesOf(workspace: string, info: FeatureViewInfo): FeatureViewAttributes {
  const { definition } = info;
  const isComputed = definition.kind !== "featureTable";
  const joinKeys = info.joinKeys.map(({ name }) => name);
  const isAggregate = definition.features.some(({ kind }) => kind === "aggregate");
  return {
    id: info.generation,
    name: info.name,
    workspace,
    description: definition.description ?? null,
    owner: definition.owner ?? null,
    tags: definition.tags ?? {},
    definedIn: definition.definedIn ?? null,
    createdAt: info.createdAt,
    url: info.url,
    entityNames: definition.entities,
    dataSourceNames: isComputed ? [...new Set(definition.sources.map(({ source }) => source))] : [],
    joinKeys,
    onlineServingIndex: info.onlineServingIndex,
    wildcardJoinKey: info.wildcardJoinKey,
    features: info.features.map(({ name }) => name),
    timestampField: definition.timestampField,
    featureStartTime: definition.featureStartTime,
    batchSchedule: isComputed ? formatDuration(parseDuration(definition.batchSchedule)) : null,
    maxDataDelay: info.maxDataDelay,
    isBatchTriggerManual: isComputed && definition.batchTrigger === "manual",
    isTemporal: !isAggregate,
    isTemporalAggregate: isAggregate,
    isOnDemand: false,
    family: null,
  };
}

/** What a view is and what is materialized of it, as rows; it prints as a table. */
export class FeatureViewSummary extends ViewSummary<FeatureViewAttributes> {
  constructor(workspace: string, info: FeatureViewInfo) {
    const attributes = attributesOf(workspace, info);
    super(attributes, fieldsOf(attributes, info));
  }
}

function fieldsOf(
  attributes: FeatureViewAttributes,
  info: FeatureViewInfo,
): Readonly<Record<string, string | null>> {
  const { definition, materialization } = info;
  const trigger = definition.kind === "featureTable" ? "none" : (definition.batchTrigger ?? "scheduled");
  return {
    Name: attributes.name,
    Type: KINDS[definition.kind],
    Workspace: attributes.workspace,
    Description: attributes.description,
    Owner: attributes.owner,
    Tags: printTags(attributes.tags),
    "Defined in": attributes.definedIn,
    "Created at": attributes.createdAt,
    Entities: attributes.entityNames.join(", "),
    "Data sources": attributes.dataSourceNames.join(", "),
    "Join keys": printTyped(info.joinKeys),
    "Online serving index": attributes.onlineServingIndex.join(", "),
    "Wildcard join key": attributes.wildcardJoinKey,
    Features: printTyped(info.features),
    "Timestamp field": attributes.timestampField,
    "Feature start time": attributes.featureStartTime,
    "Batch schedule": attributes.batchSchedule,
    "Batch trigger": trigger,
    "Max data delay": attributes.maxDataDelay,
    Online: definition.online ? `yes, ${reached(materialization.online.edge)}` : "no",
    Offline: definition.offline ? `yes, ${reached(materialization.offline.edge)}` : "no",
    Id: attributes.id,
    URL: attributes.url,
  };
}

const KINDS = {
  batchFeatureView: "batch feature view",
  streamFeatureView: "stream feature view",
  featureTable: "feature table",
} as const;

function reached(edge: string | null): string {
  return edge === null ? "not yet ready" : `ready to ${edge}`;
}
