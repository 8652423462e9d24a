import { parseWith, resolvedViewSchema } from "@tesela/contract";
import { compileView, repositoryOf, type CompiledView } from "@tesela/core";
import type { ClaimedAttempt } from "@tesela/registry";

/** The view of an attempt, compiled from the versions that were current when it was claimed. */
export function compileAttempt(attempt: ClaimedAttempt): CompiledView {
  const { view, sources, entities } = attempt;
  const repository = repositoryOf([...sources, ...entities].map(({ definition }) => definition));
  const resolved = parseWith(resolvedViewSchema, view.resolved, "stored view");
  return compileView(view.definition, repository, resolved);
}
