import type { Problem } from "../errors/problem.ts";
import type {
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  Definition,
  EntityDefinition,
} from "./definition.ts";
import { Problems } from "./problems.ts";
import { validateView } from "./validate-view.ts";

/** The declared objects of a workspace, by kind and name. */
export interface Repository {
  readonly entities: ReadonlyMap<string, EntityDefinition>;
  readonly sources: ReadonlyMap<string, BatchSourceDefinition>;
  readonly views: ReadonlyMap<string, BatchFeatureViewDefinition>;
}

/** Sorts declared objects by kind and name; the last of two equal names wins (see `validateDefinitions`). */
export function repositoryOf(definitions: readonly Definition[]): Repository {
  return {
    entities: byName(definitions.filter((d) => d.kind === "entity")),
    sources: byName(definitions.filter((d) => d.kind === "batchSource")),
    views: byName(definitions.filter((d) => d.kind === "batchFeatureView")),
  };
}

function byName<D extends Definition>(definitions: readonly D[]): ReadonlyMap<string, D> {
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

/** Every problem of a set of declared objects, with its path; empty when they can be applied. */
export function validateDefinitions(definitions: readonly Definition[]): readonly Problem[] {
  const problems = new Problems();
  const repository = repositoryOf(definitions);
  for (const kind of ["entity", "batchSource", "batchFeatureView"] as const) {
    problems.unique(
      kind,
      definitions.filter((d) => d.kind === kind).map((d) => d.name),
    );
  }
  for (const definition of definitions) validateOne(problems, definition, repository);
  return problems.found;
}

function validateOne(problems: Problems, definition: Definition, repository: Repository): void {
  const path = pathOf(definition);
  problems.name(path, definition.name);
  if (definition.kind === "entity") validateEntity(problems, path, definition);
  else if (definition.kind === "batchSource") validateSource(problems, path, definition);
  else validateView(problems, path, definition, repository);
}

/** How problems name an object: `feature view "delays"`. */
export function pathOf(definition: { readonly kind: Definition["kind"]; readonly name: string }): string {
  const words = {
    entity: "entity",
    batchSource: "data source",
    batchFeatureView: "feature view",
  };
  return `${words[definition.kind]} "${definition.name}"`;
}

function validateEntity(problems: Problems, path: string, entity: EntityDefinition): void {
  if (entity.joinKeys.length === 0) problems.add(`${path}.joinKeys`, "it has no join key");
  for (const key of entity.joinKeys) problems.name(`${path}.joinKeys`, key.name);
  problems.unique(
    `${path}.joinKeys`,
    entity.joinKeys.map((key) => key.name),
  );
}

function validateSource(problems: Problems, path: string, source: BatchSourceDefinition): void {
  const { path: files, timestampField, dataDelay } = source.batch;
  if (files.trim() === "" || files.includes("\0")) problems.add(`${path}.batch.path`, "it names no file");
  if (files.includes("://")) {
    problems.add(
      `${path}.batch.path`,
      `"${files}" is a URL`,
      "Name files under a source root of the workers.",
    );
  }
  if (timestampField === "") problems.add(`${path}.batch.timestampField`, "it is empty");
  const delay = problems.duration(`${path}.batch.dataDelay`, dataDelay);
  if (delay !== null && delay < 0n) problems.add(`${path}.batch.dataDelay`, `"${dataDelay}" is negative`);
}
