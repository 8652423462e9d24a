import type { RunPayload } from "@tesela/contract";
import {
  compileView,
  formatProblems,
  pathOf,
  repositoryOf,
  TeselaError,
  validateColumns,
  valueTypeOf,
  type CompiledView,
  type Problem,
  type ResolvedView,
} from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import type { RunSource } from "./run-sources.ts";

/**
 * Checks the transformation against what it reads in this run, exactly as an apply would, and compiles the view.
 * Throws `INVALID_SQL`, `SQL_NOT_ALLOWED` or `VALIDATION` with every problem.
 */
export async function compileRun(
  engine: Engine,
  payload: RunPayload,
  sources: readonly RunSource[],
  options: TaskOptions,
): Promise<CompiledView> {
  const { definition } = payload;
  if (definition.kind === "featureTable")
    throw new TeselaError("INTERNAL", "A feature table has no transformation to run.");
  const relations = sources.map(({ parameter, opened }) => ({ name: parameter, columns: opened.columns }));
  const rowWise = definition.kind === "streamFeatureView" || definition.incrementalBackfills !== true;
  const found = await engine.check({ sql: definition.transform.sql, relations, rowWise }, options);
  if (found.verdict === "refused") {
    const path = `${pathOf(definition)}.transform`;
    const problems = found.problems.map((message) => ({ path, message, fix: fixOf(sources) }));
    throw refused(found.code, definition.name, problems);
  }
  const resolved: ResolvedView = {
    columns: found.columns.map(({ name, type }) => ({ name, duckdbType: type, type: valueTypeOf(type) })),
    normalizedSql: found.normalizedSql,
    parsedForm: found.parsedForm,
  };
  const repository = repositoryOf([definition, ...payload.entities, ...payload.sources]);
  const problems = [
    ...validateColumns(definition, repository, resolved.columns),
    ...(rowWise ? [] : timeProblems(payload, sources)),
  ];
  if (problems.length > 0) throw refused("VALIDATION", definition.name, problems);
  return compileView(definition, repository, resolved);
}

function fixOf(sources: readonly RunSource[]): string {
  const given = sources.map(({ parameter, opened }) => {
    const names = opened.columns.map(({ name }) => name).join(", ");
    return `${parameter} has ${names === "" ? "no columns" : names}`;
  });
  return `In this run ${given.join("; ")}.`;
}

function refused(
  code: "INVALID_SQL" | "SQL_NOT_ALLOWED" | "VALIDATION",
  view: string,
  problems: readonly Problem[],
): TeselaError {
  const message = `Feature view "${view}" cannot run over what it is given:\n${formatProblems(problems)}`;
  const fix = problems[0]?.fix;
  return new TeselaError(code, message, { problems, ...(fix === undefined ? {} : { fix }) });
}

/** TIME T16: a source that is cut to batch windows needs its event time, a mock too. */
function timeProblems(
  { definition, sources: declared }: RunPayload,
  sources: readonly RunSource[],
): Problem[] {
  if (definition.kind === "featureTable") return [];
  return definition.sources.flatMap(({ parameter, source, sees }): Problem[] => {
    const field = declared.find(({ name }) => name === source)?.batch.timestampField ?? "";
    const found = sources.find((one) => one.parameter === parameter);
    const column = found?.opened.columns.find(({ name }) => name === field);
    if (sees === "unfiltered" || (column !== undefined && valueTypeOf(column.type) === "timestamp"))
      return [];
    const message = `the event time "${field}" is ${column === undefined ? "missing" : column.type}`;
    return [{ path: `mockSources.${parameter}`, message, fix: "Give it as a timestamp." }];
  });
}
