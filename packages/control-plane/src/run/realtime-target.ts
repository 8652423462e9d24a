import { randomUUID } from "node:crypto";
import type { RequestBodyOf, RunRealtimePayload } from "@tesela/contract";
import {
  declaredTypeOf,
  isCountFeature,
  isView,
  TeselaError,
  type Definition,
  type FeatureViewDefinition,
  type Problem,
  type RealtimeFeatureViewDefinition,
  type RealtimeSourceDefinition,
} from "@tesela/core";
import { resultPath } from "@tesela/offline-store";

/** A realtime view to run, and the views that it reads. */
export interface RealtimeTarget {
  readonly definition: RealtimeFeatureViewDefinition;
  readonly views: ReadonlyMap<string, FeatureViewDefinition>;
}

/** The realtime view of a run among definitions that hold together; `null` where the name is none of one. */
export function realtimeTarget(name: string, definitions: readonly Definition[]): RealtimeTarget | null {
  const found = definitions.find((one) => one.kind === "realtimeFeatureView" && one.name === name);
  if (found?.kind !== "realtimeFeatureView") return null;
  const views = definitions.filter(isView).map((view) => [view.name, view] as const);
  return { definition: found, views: new Map(views) };
}

/** Throws `VALIDATION` where a source has no table, or where a range or a level is asked for: there is neither. */
export function checkRealtimeRun(
  { definition }: RealtimeTarget,
  { mockSources, startTime, endTime, aggregationLevel }: RequestBodyOf<"run">,
): void {
  const problems: Problem[] = definition.sources
    .filter(({ parameter }) => !Object.hasOwn(mockSources, parameter))
    .map(({ parameter }) => ({
      path: `mockSources.${parameter}`,
      message: "the function of a realtime feature view is given nothing but tables, and this one is missing",
      fix: "Give a table for each of its sources, all of as many rows.",
    }));
  if (startTime !== undefined || endTime !== undefined || aggregationLevel !== "full") {
    const message = "a realtime feature view has no range and no aggregation level";
    problems.push({ path: "startTime, endTime, aggregationLevel", message, fix: "Leave them out." });
  }
  const [first] = problems;
  if (first === undefined) return;
  throw new TeselaError("VALIDATION", `${first.path}: ${first.message}.`, { problems, fix: first.fix! });
}

/** What a worker needs for it; `paths` has the table of each source. */
export function realtimePayload(
  { definition, views }: RealtimeTarget,
  paths: ReadonlyMap<string, string>,
): RunRealtimePayload {
  return {
    kind: "runRealtime",
    view: definition.name,
    function: definition.transform.function,
    features: [...definition.features],
    sources: definition.sources.map((source) => ({
      parameter: source.parameter,
      fields: fieldsOf(source, views),
      path: paths.get(source.parameter)!,
    })),
    resultPath: resultPath(randomUUID()),
  };
}

type Fields = RunRealtimePayload["sources"][number]["fields"];

function fieldsOf(
  source: RealtimeSourceDefinition,
  views: ReadonlyMap<string, FeatureViewDefinition>,
): Fields {
  if (source.kind === "request")
    return source.schema.map(({ name, type }) => ({ name, type, isCount: false }));
  const { features } = views.get(source.view)!;
  const picked = source.features?.flatMap((name) => features.filter((one) => one.name === name)) ?? features;
  return picked.map((feature) => ({
    name: feature.name,
    type: declaredTypeOf(feature),
    isCount: isCountFeature(feature),
  }));
}
