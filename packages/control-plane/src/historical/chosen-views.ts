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
  /** What the request knows it as: its name, or that of the realtime view that reads it. */
  readonly readAs: string;
  /** `null`: all. */
  readonly features: readonly string[] | null;
  /** From the view's join keys to the spine's columns; a key that is not named keeps its name. */
  readonly joinKeyMap: Readonly<Record<string, string>>;
}

/** A view as a request or a service names it. */
export interface AskedView {
  /** Where the request names it. */
  readonly path: string;
  readonly member: ServiceViewDefinition;
}

/** What a read names, or what its service has. Throws `NOT_FOUND` naming the services that there are. */
export function askedViews(workspace: AppliedWorkspace, body: ReadBody): readonly AskedView[] {
  if (body.featureService !== undefined) {
    const { views } = serviceNamed(workspace, body.featureService).definition;
    return views.map((member) => ({ path: "featureService", member }));
  }
  return (body.featureViews ?? []).map((view, index) => ({
    path: `featureViews[${index}]`,
    member: typeof view === "string" ? { view } : view,
  }));
}

/** A view with data of its own. Throws `NOT_FOUND` naming those that there are. */
export function chosenView(workspace: AppliedWorkspace, { path, member }: AskedView): ChosenView {
  const { view, name = view, features = null, joinKeyMap = {} } = member;
  return { path, applied: viewNamed(workspace, view), name, readAs: name, features, joinKeyMap };
}

/** The name that a join key of a view has in the spine. */
export function keyColumn({ joinKeyMap }: Pick<ChosenView, "joinKeyMap">, key: string): string {
  return Object.hasOwn(joinKeyMap, key) ? joinKeyMap[key]! : key;
}

/** What is wrong with the views themselves: a feature or key that is not there, keys of one column. */
export function viewProblems(views: readonly ChosenView[]): readonly Problem[] {
  return views.flatMap((view) => [...unknownFeatures(view), ...unknownKeys(view), ...sharedKeys(view)]);
}

/** Columns are compared as DuckDB compares them: whatever the case of their letters. */
export function sameNameProblems(
  views: readonly { readonly path: string; readonly name: string }[],
): readonly Problem[] {
  const fix = 'Give one of them another name: { view: "…", name: "…" }.';
  return views.flatMap(({ path, name }, index) => {
    const before = views.slice(0, index);
    if (!before.some((other) => other.name.toLowerCase() === name.toLowerCase())) return [];
    return [{ path, message: `the name "${name}" stands more than once, so columns would collide`, fix }];
  });
}

function unknownFeatures({ path, applied, features }: ChosenView): readonly Problem[] {
  const known = applied.compiled.shape.features.map(({ name }) => name);
  return featureProblems(path, { view: applied.definition.name, known, features: features ?? [] });
}

/** What is wrong with the features that are asked of a view. */
export function featureProblems(
  path: string,
  asked: { readonly view: string; readonly known: readonly string[]; readonly features: readonly string[] },
): readonly Problem[] {
  const { view, known, features } = asked;
  return features.flatMap((feature, index): Problem[] => {
    if (features.indexOf(feature) !== index)
      return [{ path: `${path}.features`, message: `"${feature}" stands more than once` }];
    if (known.includes(feature)) return [];
    const message = `feature view "${view}" has no feature "${feature}"`;
    return [{ path: `${path}.features`, message, fix: `It has: ${known.toSorted().join(", ")}.` }];
  });
}

function unknownKeys({ path, applied, joinKeyMap }: ChosenView): readonly Problem[] {
  const known = applied.compiled.joinKeys.map(({ name }) => name);
  return keyProblems(path, { view: applied.definition.name, known, joinKeyMap });
}

/** What is wrong with the keys that a view is to be read under. */
export function keyProblems(
  path: string,
  asked: {
    readonly view: string;
    readonly known: readonly string[];
    readonly joinKeyMap: Readonly<Record<string, string>>;
  },
): readonly Problem[] {
  const { view, known, joinKeyMap } = asked;
  return Object.keys(joinKeyMap)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: `${path}.joinKeyMap`,
      message: `feature view "${view}" has no join key "${key}"`,
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
