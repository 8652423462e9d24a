import type { DurationMicros } from "../time/duration.ts";
import type { BatchFeatureViewDefinition } from "./definition.ts";
import type { Problems } from "./problems.ts";
import { validateFeatures } from "./validate-features.ts";
import type { Repository } from "./validate.ts";

/** Notes every problem of a view that can be seen without running its transformation. */
export function validateView(
  problems: Problems,
  path: string,
  view: BatchFeatureViewDefinition,
  repository: Repository,
): void {
  validateEntities(problems, path, view, repository);
  validateSources(problems, path, view, repository);
  validateFields(problems, path, view);
  const schedule = problems.positiveDuration(`${path}.batchSchedule`, view.batchSchedule);
  problems.instant(`${path}.featureStartTime`, view.featureStartTime);
  validateFeatures(problems, path, view, keysOf(view, repository), {
    schedule,
    interval: validateInterval(problems, path, view, schedule),
  });
}

function keysOf(view: BatchFeatureViewDefinition, repository: Repository): readonly string[] {
  return view.entities.flatMap(
    (name) => repository.entities.get(name)?.joinKeys.map((key) => key.name) ?? [],
  );
}

function validateEntities(
  problems: Problems,
  path: string,
  view: BatchFeatureViewDefinition,
  repository: Repository,
): void {
  if (view.entities.length === 0) problems.add(`${path}.entities`, "it has no entity");
  for (const name of view.entities) {
    if (repository.entities.has(name)) continue;
    problems.add(`${path}.entities`, `there is no entity "${name}"`, known(repository.entities));
  }
  problems.unique(`${path}.entities`, keysOf(view, repository));
}

function validateSources(
  problems: Problems,
  path: string,
  view: BatchFeatureViewDefinition,
  repository: Repository,
): void {
  if (view.sources.length === 0) problems.add(`${path}.sources`, "it has no data source");
  for (const { parameter, source } of view.sources) {
    problems.name(`${path}.sources.${parameter}`, parameter);
    if (repository.sources.has(source)) continue;
    problems.add(
      `${path}.sources.${parameter}`,
      `there is no data source "${source}"`,
      known(repository.sources),
    );
  }
  problems.unique(
    `${path}.sources`,
    view.sources.map(({ parameter }) => parameter),
  );
}

function known(objects: ReadonlyMap<string, unknown>): string {
  return objects.size === 0
    ? "None are declared."
    : `Declared: ${[...objects.keys()].toSorted().join(", ")}.`;
}

function validateFields(problems: Problems, path: string, view: BatchFeatureViewDefinition): void {
  for (const field of ["timestampField", "createdTimestampField", "eventIdField"] as const) {
    const name = view[field];
    if (name !== undefined) problems.name(`${path}.${field}`, name);
  }
  if (view.transform.sql.trim() === "") problems.add(`${path}.transform`, "the SQL is empty");
}

/** `I`, which is `S` where it is not given (TIME T4); null when it cannot be read. */
function validateInterval(
  problems: Problems,
  path: string,
  view: BatchFeatureViewDefinition,
  schedule: DurationMicros | null,
): DurationMicros | null {
  if (view.aggregationInterval === undefined) return schedule;
  const at = `${path}.aggregationInterval`;
  const interval = problems.positiveDuration(at, view.aggregationInterval);
  if (interval !== null && schedule !== null && schedule % interval !== 0n) {
    problems.add(at, `the batch schedule ${view.batchSchedule} is no multiple of it`, "TIME T4");
  }
  return interval;
}
