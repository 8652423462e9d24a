import {
  canonicalJson,
  DEFINITION_KINDS,
  isViewKind,
  pathOf,
  TeselaError,
  type Definition,
} from "@tesela/core";
import { isDeclaration, type Declaration } from "./declaration.ts";
import type { FeatureService } from "./feature-service.ts";
import type { RealtimeFeatureView } from "./realtime-feature-view.ts";
import type { DeclaredView } from "./view.ts";

/**
 * The definitions of every declared object that a module exports, with the views, entities and sources that they
 * refer to, each once, by kind and name. Throws `VALIDATION` where two different objects of one kind
 * share a name.
 */
export function declarationsOf(module: Readonly<Record<string, unknown>>): readonly Definition[] {
  const found = new Map<string, Definition>();
  for (const exported of Object.values(module)) {
    if (!isDeclaration(exported)) continue;
    for (const { definition } of withReferences(exported)) add(found, definition);
  }
  return [...found.values()].toSorted(byKindAndName);
}

function withReferences(declared: Declaration): readonly Declaration[] {
  if (declared.kind === "featureService") {
    return [declared, ...(declared as FeatureService).views.flatMap(withReferences)];
  }
  if (declared.kind === "realtimeFeatureView") {
    return [declared, ...viewsOf(declared as RealtimeFeatureView).flatMap(withReferences)];
  }
  if (!isViewKind(declared.kind)) return [declared];
  const view = declared as DeclaredView;
  return [view, ...view.entities, ...Object.values(view.sources)];
}

function viewsOf({ sources }: RealtimeFeatureView): readonly Declaration[] {
  return Object.values(sources).flatMap((source) => {
    if (source.kind === "requestSource") return [];
    return [source.kind === "serviceView" ? source.view : source];
  });
}

function add(found: Map<string, Definition>, definition: Definition): void {
  const path = pathOf(definition);
  const before = found.get(path);
  if (before !== undefined && canonicalJson(before) !== canonicalJson(definition)) {
    throw new TeselaError("VALIDATION", `Two different objects are declared as ${path}.`, {
      fix: "Give one of them another name, or import it where it is used.",
    });
  }
  found.set(path, before ?? definition);
}

function byKindAndName(a: Definition, b: Definition): number {
  const kinds = DEFINITION_KINDS.indexOf(a.kind) - DEFINITION_KINDS.indexOf(b.kind);
  return kinds !== 0 ? kinds : a.name < b.name ? -1 : 1;
}
