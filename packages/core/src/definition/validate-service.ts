import type { KeyType } from "../value/value-type.ts";
import type { FeatureServiceDefinition, ServiceViewDefinition } from "./definition.ts";
import type { Problems } from "./problems.ts";
import type { Repository } from "./validate.ts";
import { joinKeysOf } from "./join-keys-of.ts";
import { known } from "./known.ts";

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
  const keys = new Map<string, { type: KeyType; view: string }>();
  for (const [index, view] of service.views.entries()) {
    const at = `${path}.views[${index}]`;
    if (view.name !== undefined) problems.name(`${at}.name`, view.name);
    validateFeatures(problems, at, view, repository);
    validateKeys(problems, at, view, repository, keys);
  }
}

function validateFeatures(
  problems: Problems,
  path: string,
  { view: name, features }: ServiceViewDefinition,
  repository: Repository,
): void {
  const view = repository.views.get(name);
  if (view === undefined) {
    problems.add(
      path,
      `there is no feature view "${name}"`,
      `${known(repository.views)} Declare it, or take it out of the service.`,
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

/** Views that share a key of the service read it as one value, so it must be of one type. */
function validateKeys(
  problems: Problems,
  path: string,
  { view: name, joinKeyMap = {} }: ServiceViewDefinition,
  repository: Repository,
  keys: Map<string, { type: KeyType; view: string }>,
): void {
  const view = repository.views.get(name);
  if (view === undefined) return;
  const joinKeys = joinKeysOf(view, repository);
  const at = `${path}.joinKeyMap`;
  for (const key of Object.keys(joinKeyMap).filter(
    (one) => !joinKeys.some((joinKey) => joinKey.name === one),
  )) {
    const fix = `Its join keys: ${joinKeys.map((joinKey) => joinKey.name).join(", ")}.`;
    problems.add(at, `feature view "${name}" has no join key "${key}"`, fix);
  }
  const mapped = joinKeys.map((key) => ({ type: key.type, name: joinKeyMap[key.name] ?? key.name }));
  for (const key of mapped) {
    problems.name(at, key.name);
    const before = keys.get(key.name);
    keys.set(key.name, before ?? { type: key.type, view: name });
    if (before === undefined || before.type === key.type) continue;
    const found = `the join key "${key.name}" is ${key.type} here and ${before.type} in feature view "${before.view}"`;
    problems.add(at, found, "Map one of them to another name with .withJoinKeyMap().");
  }
  problems.unique(
    at,
    mapped.map((key) => key.name),
  );
}
