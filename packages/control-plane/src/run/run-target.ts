import type { RequestBodyOf, RunPayload } from "@tesela/contract";
import {
  formatProblems,
  isSource,
  isView,
  pathOf,
  TeselaError,
  validateDefinitions,
  type Definition,
  type FeatureTableDefinition,
  type FeatureViewDefinition,
  type RealtimeFeatureViewDefinition,
} from "@tesela/core";

/** A view that has a transformation. */
type ComputedView = Exclude<FeatureViewDefinition, FeatureTableDefinition>;

/** A view to run, with what it stands on. */
export interface RunTarget extends Pick<RunPayload, "entities" | "sources"> {
  readonly definition: ComputedView;
}

/** Throws `VALIDATION` with every reason why definitions that a request brings do not hold together. */
export function checkDefinitions(definitions: readonly Definition[]): readonly Definition[] {
  const problems = validateDefinitions(definitions);
  if (problems.length === 0) return definitions;
  const message = `The definitions do not hold together:\n${formatProblems(problems)}`;
  throw new TeselaError("VALIDATION", message, { problems });
}

/**
 * The view of a run among definitions: what is applied, or what the request brings. Throws `NOT_FOUND` when it is
 * not there, `VALIDATION` when it has no transformation.
 */
export function runTarget(name: string, definitions: readonly Definition[]): RunTarget {
  const views = definitions.filter(isView);
  const definition = views.find((view) => view.name === name);
  if (definition === undefined) throw unknown(name, views);
  if (definition.kind === "featureTable") throw untransformed(name);
  const inputs = definition.sources.map(({ source }) => source);
  return {
    definition,
    entities: definitions.filter((one) => one.kind === "entity" && definition.entities.includes(one.name)),
    sources: definitions.filter((one) => isSource(one) && inputs.includes(one.name)),
  } as RunTarget;
}

function unknown(name: string, views: readonly FeatureViewDefinition[]): TeselaError {
  const known = views.map((view) => view.name).toSorted();
  return new TeselaError("NOT_FOUND", `There is no feature view "${name}".`, {
    fix:
      known.length === 0
        ? "Apply it first, or send its definition."
        : `There are: ${known.join(", ")}; or send its definition.`,
  });
}

function untransformed(name: string): TeselaError {
  const message = `${pathOf({ kind: "featureTable", name })} is a feature table, whose rows are ingested: it has no transformation to run.`;
  return new TeselaError("VALIDATION", message, { fix: "Ingest the rows and read them." });
}

/** Throws `VALIDATION` naming every mock that stands in for no source of the transformation, and those that there are. */
export function checkMocks(
  definition: ComputedView | RealtimeFeatureViewDefinition,
  mocks: RequestBodyOf<"run">["mockSources"],
): void {
  const known = definition.sources.map(({ parameter }) => parameter);
  const problems = Object.keys(mocks)
    .filter((parameter) => !known.includes(parameter))
    .map((parameter) => ({
      path: `mockSources.${parameter}`,
      message: `the transformation of feature view "${definition.name}" has no source "${parameter}"`,
      fix: `It calls its sources: ${known.join(", ")}.`,
    }));
  const [first] = problems;
  if (first === undefined) return;
  throw new TeselaError("VALIDATION", `${first.path}: ${first.message}.`, { fix: first.fix, problems });
}

/** Throws `VALIDATION` where a view of attributes is asked for tiles. */
export function checkLevel({ definition }: RunTarget, level: RunPayload["level"]): void {
  const isAggregate = definition.features.some(({ kind }) => kind === "aggregate");
  if (level !== "partial" || isAggregate) return;
  const message = `Feature view "${definition.name}" has attributes, of which there are no tiles`;
  const fix = 'Give aggregationLevel "disabled" or "full".';
  const problems = [{ path: "aggregationLevel", message: '"partial" needs aggregates', fix }];
  throw new TeselaError("VALIDATION", `${message}: aggregationLevel "partial" gives nothing.`, {
    fix,
    problems,
  });
}
