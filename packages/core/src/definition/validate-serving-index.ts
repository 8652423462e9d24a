import type { FeatureViewDefinition } from "./definition.ts";
import { joinKeysOf } from "./join-keys-of.ts";
import type { Problems } from "./problems.ts";
import type { Repository } from "./validate.ts";

/** An online serving index is all join keys but one, in their order. */
export function validateServingIndex(
  problems: Problems,
  path: string,
  view: FeatureViewDefinition,
  repository: Repository,
): void {
  const { onlineServingIndex: index } = view;
  const keys = joinKeysOf(view, repository).map(({ name }) => name);
  if (index === undefined || keys.length === 0) return;
  const at = `${path}.onlineServingIndex`;
  const has = `The join keys are: ${keys.join(", ")}.`;
  const unknown = index.filter((name) => !keys.includes(name));
  for (const name of unknown) problems.add(at, `"${name}" is no join key of the view`, has);
  problems.unique(at, index);
  if (unknown.length > 0 || new Set(index).size < index.length) return;
  if (index.length === 0) {
    problems.add(at, "it names no join key", "Name all join keys but the one that reads may leave out.");
  } else if (index.length === keys.length) {
    problems.add(at, "it names every join key, which every view is read by anyway", "Leave it out.");
  } else if (index.length < keys.length - 1) {
    problems.add(at, `it leaves out ${keys.length - index.length} join keys, expected one`, has);
  } else if (index.some((name, place) => name !== keys.filter((key) => index.includes(key))[place])) {
    problems.add(at, "its join keys are not in the view's order", has);
  }
}
