import type {
  Definition,
  DefinitionKind,
  EntityDefinition,
  FeatureServiceDefinition,
  FeatureViewDefinition,
  RealtimeFeatureViewDefinition,
  SourceDefinition,
} from "./definition.ts";
import type { Problem } from "../errors/problem.ts";
import { unreachable } from "../errors/unreachable.ts";
import { Problems } from "./problems.ts";
import { validateRealtimeView } from "./validate-realtime.ts";
import { validateService } from "./validate-service.ts";
import { validateSource } from "./validate-source.ts";
import { validateView } from "./validate-view.ts";

/** The declared objects of a workspace, by family and name: names are shared by all kinds of a family. */
export interface Repository {
  readonly entities: ReadonlyMap<string, EntityDefinition>;
  readonly sources: ReadonlyMap<string, SourceDefinition>;
  readonly views: ReadonlyMap<string, FeatureViewDefinition>;
  readonly realtimeViews: ReadonlyMap<string, RealtimeFeatureViewDefinition>;
  readonly services: ReadonlyMap<string, FeatureServiceDefinition>;
}

/** How people call an object of each kind. Kinds of one word share their names. */
const WORDS = {
  entity: "entity",
  batchSource: "data source",
  streamSource: "data source",
  batchFeatureView: "feature view",
  streamFeatureView: "feature view",
  featureTable: "feature view",
  realtimeFeatureView: "feature view",
  featureService: "feature service",
} as const satisfies Record<DefinitionKind, string>;

/** The kinds of declared objects in the order in which objects can be created. */
export const DEFINITION_KINDS = Object.keys(WORDS) as readonly DefinitionKind[];

/** Whether a declared object is a source of events. */
export function isSource(definition: Definition): definition is SourceDefinition {
  return WORDS[definition.kind] === "data source";
}

/** Whether a declared object is a feature view that has data of its own. */
export function isView(definition: Definition): definition is FeatureViewDefinition {
  return isViewKind(definition.kind);
}

/** Whether objects of a kind are feature views that have data of their own; a realtime view has none. */
export function isViewKind(kind: DefinitionKind): kind is FeatureViewDefinition["kind"] {
  return WORDS[kind] === "feature view" && kind !== "realtimeFeatureView";
}

/** Sorts declared objects by family and name; the last of two equal names wins (see `validateDefinitions`). */
export function repositoryOf(definitions: readonly Definition[]): Repository {
  return {
    entities: byName(definitions.filter((d) => d.kind === "entity")),
    sources: byName(definitions.filter(isSource)),
    views: byName(definitions.filter(isView)),
    realtimeViews: byName(definitions.filter((d) => d.kind === "realtimeFeatureView")),
    services: byName(definitions.filter((d) => d.kind === "featureService")),
  };
}

function byName<D extends Definition>(definitions: readonly D[]): ReadonlyMap<string, D> {
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

/** Every problem of a set of declared objects, with its path; empty when they can be applied. */
export function validateDefinitions(definitions: readonly Definition[]): readonly Problem[] {
  const problems = new Problems();
  const repository = repositoryOf(definitions);
  for (const word of new Set(Object.values(WORDS))) {
    const named = definitions.filter(({ kind }) => WORDS[kind] === word);
    problems.unique(
      word,
      named.map(({ name }) => name),
    );
  }
  for (const definition of definitions) validateOne(problems, definition, repository);
  return problems.found;
}

function validateOne(problems: Problems, definition: Definition, repository: Repository): void {
  const path = pathOf(definition);
  problems.name(path, definition.name);
  switch (definition.kind) {
    case "entity":
      return validateEntity(problems, path, definition);
    case "batchSource":
    case "streamSource":
      return validateSource(problems, path, definition);
    case "batchFeatureView":
    case "streamFeatureView":
    case "featureTable":
      return validateView(problems, path, definition, repository);
    case "realtimeFeatureView":
      return validateRealtimeView(problems, path, definition, repository);
    case "featureService":
      return validateService(problems, path, definition, repository);
    default:
      return unreachable(definition);
  }
}

/** How problems name an object: `feature view "delays"`. */
export function pathOf({ kind, name }: { readonly kind: DefinitionKind; readonly name: string }): string {
  return `${WORDS[kind]} "${name}"`;
}

function validateEntity(problems: Problems, path: string, entity: EntityDefinition): void {
  if (entity.joinKeys.length === 0) problems.add(`${path}.joinKeys`, "it has no join key");
  for (const key of entity.joinKeys) problems.name(`${path}.joinKeys`, key.name);
  problems.unique(
    `${path}.joinKeys`,
    entity.joinKeys.map((key) => key.name),
  );
}
