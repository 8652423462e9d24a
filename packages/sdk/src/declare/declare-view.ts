import { declare, deepFreeze } from "./declaration.ts";
import type { Entity } from "./entity.ts";
import { serviceViewMethods } from "./service-view.ts";
import type { Source } from "./source.ts";
import type { DeclaredView } from "./view.ts";

/** Makes a declared view of its parts; the caller knows the types of its keys and values. */
export function declareView<View extends DeclaredView>(
  definition: View["definition"],
  entities: readonly Entity[],
  sources: Readonly<Record<string, Source>>,
): View {
  const view: unknown = declare({
    kind: definition.kind,
    name: definition.name,
    entities: Object.freeze([...entities]),
    sources: Object.freeze({ ...sources }),
    definition: deepFreeze(definition),
    ...serviceViewMethods(() => view as DeclaredView, { view: definition.name }),
  });
  return view as View;
}
