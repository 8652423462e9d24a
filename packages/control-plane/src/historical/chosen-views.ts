import type { RequestBodyOf } from "@tesela/contract";
import type { Problem, ServiceViewDefinition } from "@tesela/core";
import {
  serviceNamed,
  viewNamed,
  type AppliedView,
  type AppliedWorkspace,
} from "../workspace/applied-view.ts";

/** Body of a historical read, checked against its schema. */
export type ReadBody = RequestBodyOf<"retrieveHistorical">;

/** A view of a read: what its features are named after, which ones, and under which keys. */
export interface ChosenView {
  /** Where the request names it. */
  readonly path: string;
  readonly applied: AppliedView;
  readonly name: string;
  /** `null`: all. */
  readonly features: readonly string[] | null;
  /** From the view's join keys to the spine's columns; a key that is not named keeps its name. */
  readonly joinKeyMap: Readonly<Record<string, string>>;
}

/** The views that a read names, or those of its service. Throws `NOT_FOUND` naming those that there are. */
export function chosenViews(workspace: AppliedWorkspace, body: ReadBody): readonly ChosenView[] {
  if (body.featureService !== undefined) {
    const { views } = serviceNamed(workspace, body.featureService).definition;
    return views.map((view) => chosen(workspace, "featureService", view));
  }
  return (body.featureViews ?? []).map((view, index) =>
    chosen(workspace, `featureViews[${index}]`, typeof view === "string" ? { view } : view),
  );
}

function chosen(workspace: AppliedWorkspace, path: string, one: ServiceViewDefinition): ChosenView {
  const { view, name = view, features = null, joinKeyMap = {} } = one;
  return { path, applied: viewNamed(workspace, view), name, features, joinKeyMap };
}

/** The name that a join key of a view has in the spine. */
export function keyColumn({ joinKeyMap }: Pick<ChosenView, "joinKeyMap">, key: string): string {
  return Object.hasOwn(joinKeyMap, key) ? joinKeyMap[key]! : key;
}

/** What is wrong with the views themselves: a feature or key that is not there, columns of one name. */
export function viewProblems(views: readonly ChosenView[]): readonly Problem[] {
  return views.flatMap((view, index) => [
    ...sameName(view, views.slice(0, index)),
    ...unknownFeatures(view),
    ...unknownKeys(view),
    ...sharedKeys(view),
  ]);
}

/** Columns are compared as DuckDB compares them: whatever the case of their letters. */
function sameName({ path, name }: ChosenView, before: readonly ChosenView[]): Problem[] {
  if (!before.some((other) => other.name.toLowerCase() === name.toLowerCase())) return [];
  const fix = 'Give one of them another name: { view: "…", name: "…" }.';
  return [{ path, message: `the name "${name}" stands more than once, so columns would collide`, fix }];
}

function unknownFeatures({ path, applied, features }: ChosenView): Problem[] {
  const known = applied.compiled.shape.features.map(({ name }) => name);
  const view = applied.definition.name;
  return (features ?? []).flatMap((feature, index, all): Problem[] => {
    if (all.indexOf(feature) !== index)
      return [{ path: `${path}.features`, message: `"${feature}" stands more than once` }];
    if (known.includes(feature)) return [];
    const message = `feature view "${view}" has no feature "${feature}"`;
    return [{ path: `${path}.features`, message, fix: `It has: ${known.toSorted().join(", ")}.` }];
  });
}

function unknownKeys({ path, applied, joinKeyMap }: ChosenView): Problem[] {
  const known = applied.compiled.joinKeys.map(({ name }) => name);
  return Object.keys(joinKeyMap)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: `${path}.joinKeyMap`,
      message: `feature view "${applied.definition.name}" has no join key "${key}"`,
      fix: `Its join keys: ${known.join(", ")}.`,
    }));
}

function sharedKeys(view: ChosenView): Problem[] {
  const columns = view.applied.compiled.joinKeys.map(({ name }) => keyColumn(view, name).toLowerCase());
  const shared = columns.filter((column, index) => columns.indexOf(column) !== index);
  return shared.map((column) => ({
    path: `${view.path}.joinKeyMap`,
    message: `several join keys are mapped to "${column}"`,
    fix: "Map each join key to a column of its own.",
  }));
}
