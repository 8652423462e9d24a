import { isViewKind, type Definition, type DefinitionKind, type ResolvedView } from "@tesela/core";
import type { StoredDefinition, StoredView } from "../types/definition.ts";

/** The columns of a stored version; `definition` and `resolved` are as `applyChanges` was given them. */
export interface DefinitionRow {
  readonly kind: string;
  readonly name: string;
  readonly version: number;
  readonly definition: unknown;
  readonly fingerprint: string;
  readonly resolved: unknown;
  readonly generationId: number | null;
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
}

/** What to select for a `DefinitionRow`. */
export const definitionFields = {
  kind: true,
  name: true,
  version: true,
  definition: true,
  fingerprint: true,
  resolved: true,
  generationId: true,
  createdAt: true,
  retiredAt: true,
} as const;

/** The version of a row. */
export function storedDefinition(row: DefinitionRow): StoredDefinition {
  return {
    kind: row.kind as DefinitionKind,
    name: row.name,
    version: row.version,
    definition: row.definition as Definition,
    fingerprint: row.fingerprint,
    resolved: row.resolved as ResolvedView | null,
    generationId: row.generationId,
    createdAt: row.createdAt,
    retiredAt: row.retiredAt,
  };
}

/** Narrows a stored version to one of a feature view. */
export function isStoredView(stored: StoredDefinition): stored is StoredView {
  return isViewKind(stored.kind) && stored.generationId !== null && stored.resolved !== null;
}
