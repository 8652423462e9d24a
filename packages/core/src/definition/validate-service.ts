import type { FeatureServiceDefinition, ServiceViewDefinition } from "./definition.ts";
import type { Problems } from "./problems.ts";
import type { Repository } from "./validate.ts";
import { known } from "./known.ts";
import { validateMappedKeys, type KeysSoFar } from "./validate-mapped-keys.ts";

/** Notes every problem of a feature service: its views, their features, and what its join keys are. */
export function validateService(
  problems: Problems,
  path: string,
  service: FeatureServiceDefinition,
  repository: Repository,
): void {
  if (service.views.length === 0) problems.add(`${path}.views`, "it has no feature view");
  problems.unique(
    `${path}.views`,
    service.views.map(({ name, view }) => name ?? view),
    "Give one of them another name with .withName().",
  );
  const { sampleRate = 1 } = service.logging ?? {};
  if (!(sampleRate > 0 && sampleRate <= 1))
    problems.add(
      `${path}.logging.sampleRate`,
      `${sampleRate} is no share of what is served`,
      "Write a number above 0, at most 1.",
    );
  const keys: KeysSoFar = new Map();
  for (const [index, view] of service.views.entries()) {
    const at = `${path}.views[${index}]`;
    if (view.name !== undefined) problems.name(`${at}.name`, view.name);
    validateFeatures(problems, at, view, repository);
    validateMappedKeys(problems, at, view, repository, keys);
  }
}

function validateFeatures(
  problems: Problems,
  path: string,
  { view: name, features }: ServiceViewDefinition,
  repository: Repository,
): void {
  const view = repository.views.get(name) ?? repository.realtimeViews.get(name);
  if (view === undefined) {
    const views = new Map<string, unknown>([...repository.views, ...repository.realtimeViews]);
    problems.add(
      path,
      `there is no feature view "${name}"`,
      `${known(views)} Declare it, or take it out of the service.`,
    );
    return;
  }
  if (features === undefined) return;
  if (features.length === 0) problems.add(`${path}.features`, `it picks no feature of "${name}"`);
  problems.unique(`${path}.features`, features);
  const declared = view.features.map((feature) => feature.name);
  for (const feature of features.filter((one) => !declared.includes(one))) {
    const fix = `It has: ${declared.toSorted().join(", ")}.`;
    problems.add(`${path}.features`, `feature view "${name}" has no feature "${feature}"`, fix);
  }
}
