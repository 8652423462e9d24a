import type { AggregationLevel, Retrieval, RunRequest } from "@tesela/contract";
import {
  formatInstant,
  isSource,
  isView,
  parseDuration,
  parseInstant,
  tileColumnName,
  TeselaError,
  type AggregateDefinition,
  type Definition,
  type FeatureViewDefinition,
  type KeyType,
} from "@tesela/core";
import { declarationsOf } from "../declare/declarations-of.ts";
import type { DeclaredView } from "../declare/view.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine, SpineHints } from "../frame/spine.ts";
import { downloadFrame } from "./frame-download.ts";
import type { CallOptions, Http } from "./http.ts";
import { finishedRetrieval } from "./retrieval.ts";
import { runRealtimeView } from "./run-realtime.ts";
import { uploadSpine } from "./spine-upload.ts";
import { countsOf } from "./view-types.ts";

/** What to run of a view, and over what. */
export interface RunOptions extends CallOptions {
  /** One batch schedule before `endTime` unless told. */
  readonly startTime?: string | Date | undefined;
  /** Not part of the range; one batch schedule after `startTime`, or the last complete one, unless told. */
  readonly endTime?: string | Date | undefined;
  /** The transformation's rows (`disabled`), tiles of them (`partial`), or features; `full` unless told. */
  readonly aggregationLevel?: AggregationLevel | undefined;
  /** What is read instead of sources, by the names that the transformation calls them; in any form that a spine has. */
  readonly mockSources?: Readonly<Record<string, Spine>> | undefined;
  /** Called with how far the run is, as often as the server tells. */
  readonly onProgress?: ((retrieval: Retrieval) => void) | undefined;
}

/** A view to run: declared, with all that it stands on; or by its name among definitions, or as applied. */
export interface RunView {
  readonly name: string;
  /** `null`: the applied one. */
  readonly definitions: readonly Definition[] | null;
}

/** A declared view with its entities and sources, to be run whether it is applied or not. */
export function runViewOf(view: DeclaredView): RunView {
  return { name: view.name, definitions: declarationsOf({ view }) };
}

/** Runs a view: mocks go up, the server computes, the frame comes down. Nothing else is written. */
export async function runView(
  http: Http,
  workspace: string,
  view: RunView,
  options: RunOptions,
): Promise<FeatureFrame> {
  const { signal, onProgress } = options;
  const definitions = view.definitions ?? (await appliedDefinitions(http, workspace, view.name, { signal }));
  const realtime = definitions.find((one) => one.kind === "realtimeFeatureView" && one.name === view.name);
  if (realtime?.kind === "realtimeFeatureView") {
    const { mockSources = {}, aggregationLevel } = options;
    // There is no range and no level of it: the server says so.
    const refused = { ...instants(options), ...(aggregationLevel === undefined ? {} : { aggregationLevel }) };
    return runRealtimeView(http, workspace, view, realtime, { mockSources, signal, onProgress }, refused);
  }
  const definition = definitions.filter(isView).find(({ name }) => name === view.name);
  if (definition === undefined)
    throw new TeselaError("NOT_FOUND", `There is no feature view "${view.name}" among the definitions.`);
  const mocks = Object.entries(options.mockSources ?? {});
  checkMocks(
    definition,
    mocks.map(([parameter]) => parameter),
  );
  const level = options.aggregationLevel ?? "full";
  const mockSources: Record<string, string> = {};
  for (const [parameter, table] of mocks) {
    const hints = hintsOf(definition, definitions, parameter);
    mockSources[parameter] = await uploadSpine(http, workspace, table, hints, { signal });
  }
  const body: RunRequest = {
    featureView: view.name,
    ...(view.definitions === null ? {} : { definitions: view.definitions }),
    ...instants(options),
    aggregationLevel: level,
    mockSources,
  };
  const { retrieval } = await http.call("run", { workspace }, { body, signal });
  const { id } = await finishedRetrieval(http, workspace, retrieval, { signal, onProgress });
  const facts = { counts: countColumns(definition, level), statistics: {} };
  return downloadFrame(http, workspace, id, facts, { signal });
}

/** An applied view, and the entities and sources of its workspace. */
async function appliedDefinitions(
  http: Http,
  workspace: string,
  name: string,
  options: CallOptions,
): Promise<readonly Definition[]> {
  const [{ featureView }, { entities }, { dataSources }] = await Promise.all([
    http.call("getFeatureView", { workspace, name }, options),
    http.call("listEntities", { workspace }, options),
    http.call("listDataSources", { workspace }, options),
  ]);
  return [featureView.definition, ...entities, ...dataSources] as readonly Definition[];
}

/** Before anything is sent up; the server checks again. */
function checkMocks(view: FeatureViewDefinition, parameters: readonly string[]): void {
  const known = view.kind === "featureTable" ? [] : view.sources.map(({ parameter }) => parameter);
  const unknown = parameters.find((parameter) => !known.includes(parameter));
  if (unknown === undefined) return;
  const path = `mockSources.${unknown}`;
  const message = `the transformation of feature view "${view.name}" has no source "${unknown}"`;
  const fix = `It calls its sources: ${known.join(", ")}.`;
  const problems = [{ path, message, fix }];
  throw new TeselaError("VALIDATION", `${path}: ${message}.`, { fix, problems });
}

/** Join keys have their types and the source's event time is an instant, also in rows that do not show it. */
function hintsOf(
  view: FeatureViewDefinition,
  definitions: readonly Definition[],
  parameter: string,
): SpineHints {
  const entities = definitions.filter((one) => one.kind === "entity" && view.entities.includes(one.name));
  const keyTypes: Record<string, KeyType> = {};
  for (const entity of entities) {
    if (entity.kind === "entity") for (const { name, type } of entity.joinKeys) keyTypes[name] = type;
  }
  const source =
    view.kind === "featureTable" ? undefined : view.sources.find((one) => one.parameter === parameter);
  const definition = definitions.filter(isSource).find(({ name }) => name === source?.source);
  return { timestampKey: definition?.batch.timestampField ?? null, keyTypes };
}

function instants({ startTime, endTime }: RunOptions): Pick<RunRequest, "startTime" | "endTime"> {
  return {
    ...(startTime === undefined ? {} : { startTime: formatInstant(parseInstant(startTime)) }),
    ...(endTime === undefined ? {} : { endTime: formatInstant(parseInstant(endTime)) }),
  };
}

/** The columns of a frame that hold counts, which are numbers. */
function countColumns(view: FeatureViewDefinition, level: AggregationLevel): ReadonlySet<string> {
  const counts = countsOf(view.features);
  if (level !== "partial" || view.kind === "featureTable") return level === "full" ? counts : new Set();
  const { aggregationInterval, batchSchedule } = view;
  const isContinuous = view.kind === "streamFeatureView" && aggregationInterval === undefined;
  const interval = isContinuous ? null : parseDuration(aggregationInterval ?? batchSchedule);
  const counted = view.features.filter(
    (feature): feature is AggregateDefinition => feature.kind === "aggregate" && counts.has(feature.name),
  );
  return new Set(counted.map((feature) => tileColumnName(feature, interval)));
}
