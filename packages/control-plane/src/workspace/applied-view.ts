import { resolvedViewSchema } from "@tesela/contract";
import {
  compileRealtimeView,
  compileView,
  isView,
  repositoryOf,
  TeselaError,
  type CompiledRealtimeView,
  type CompiledView,
  type FeatureServiceDefinition,
  type FeatureViewDefinition,
  type RealtimeFeatureViewDefinition,
  type Repository,
  type ResolvedView,
} from "@tesela/core";
import type { StoredDefinition, WorkspaceState } from "@tesela/registry";

/** A feature view as applied, ready to compute with. */
export interface AppliedView {
  readonly definition: FeatureViewDefinition;
  readonly resolved: ResolvedView;
  readonly compiled: CompiledView;
  readonly generationId: number;
  readonly createdAt: Date;
}

/** A realtime feature view as applied, ready to run. */
export interface AppliedRealtimeView {
  readonly definition: RealtimeFeatureViewDefinition;
  readonly compiled: CompiledRealtimeView;
  readonly createdAt: Date;
}

/** A feature service as applied. */
export interface AppliedService {
  readonly definition: FeatureServiceDefinition;
  readonly createdAt: Date;
}

/** The feature views and services of a workspace, each by name and sorted by it, and what they stand on. */
export interface AppliedWorkspace {
  readonly repository: Repository;
  readonly views: ReadonlyMap<string, AppliedView>;
  readonly realtimeViews: ReadonlyMap<string, AppliedRealtimeView>;
  readonly services: ReadonlyMap<string, AppliedService>;
}

/** What was compiled, for as long as its state is kept. */
const compiledStates = new WeakMap<WorkspaceState, AppliedWorkspace>();

/** Compiles every feature view of a workspace; the same state, which never changes, once. */
export function appliedWorkspaceOf(state: WorkspaceState): AppliedWorkspace {
  const known = compiledStates.get(state) ?? compileWorkspace(state);
  compiledStates.set(state, known);
  return known;
}

function compileWorkspace(state: WorkspaceState): AppliedWorkspace {
  const repository = repositoryOf(state.objects.map(({ definition }) => definition));
  const views = byName(state.objects.flatMap((object) => appliedView(object, repository)));
  return {
    repository,
    views,
    realtimeViews: byName(state.objects.flatMap((object) => appliedRealtimeView(object, views))),
    services: byName(state.objects.flatMap(appliedService)),
  };
}

function byName<A extends { readonly definition: { readonly name: string } }>(
  applied: readonly A[],
): ReadonlyMap<string, A> {
  const entries = applied.map((one) => [one.definition.name, one] as const);
  return new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The view of a name; throws `NOT_FOUND` naming those that there are. */
export function viewNamed({ views }: AppliedWorkspace, name: string): AppliedView {
  return named(views, "feature view", name);
}

/** The service of a name; throws `NOT_FOUND` naming those that there are. */
export function serviceNamed({ services }: AppliedWorkspace, name: string): AppliedService {
  return named(services, "feature service", name);
}

function named<A>(objects: ReadonlyMap<string, A>, word: string, name: string): A {
  const object = objects.get(name);
  if (object !== undefined) return object;
  const known = [...objects.keys()].join(", ");
  throw new TeselaError("NOT_FOUND", `There is no ${word} "${name}".`, {
    fix: known === "" ? "Apply one first." : `The workspace has: ${known}.`,
  });
}

function appliedRealtimeView(
  { definition, createdAt }: StoredDefinition,
  views: ReadonlyMap<string, AppliedView>,
): AppliedRealtimeView[] {
  if (definition.kind !== "realtimeFeatureView") return [];
  const compiled = new Map([...views].map(([name, view]) => [name, view.compiled]));
  return [{ definition, compiled: compileRealtimeView(definition, compiled), createdAt }];
}

function appliedService({ definition, createdAt }: StoredDefinition): AppliedService[] {
  return definition.kind === "featureService" ? [{ definition, createdAt }] : [];
}

function appliedView(object: StoredDefinition, repository: Repository): AppliedView[] {
  const { definition, generationId, createdAt } = object;
  if (!isView(definition) || generationId === null) return [];
  const resolved = resolvedViewSchema.parse(object.resolved);
  return [
    {
      definition,
      resolved,
      compiled: compileView(definition, repository, resolved),
      generationId,
      createdAt,
    },
  ];
}
