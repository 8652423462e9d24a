import type { ServiceViewDefinition } from "@tesela/core";
import { deepFreeze } from "./declaration.ts";
import type { RealtimeFeatureView } from "./realtime-feature-view.ts";
import type { DeclaredView, Typed } from "./view.ts";

/** Join keys by the names that a service gives them. */
export type RenamedKeys<Keys extends object, Renames> = {
  readonly [Key in keyof Keys as Key extends keyof Renames ? Renames[Key] & string : Key]: Keys[Key];
};

/** From some of a view's join keys to names of a service's own. */
type JoinKeyMap<Keys extends object> = { readonly [Key in keyof Keys]?: string };

/** What a view can be made into for a feature service; each call gives a new one. */
export interface ServiceViewMethods<Name extends string, Keys extends object, Values extends object> {
  /** Only these features, in this order. */
  pick<const Features extends readonly (keyof Values & string)[]>(
    ...features: Features
  ): ServiceView<Name, Keys, Pick<Values, Features[number]>>;
  /** Features named after this instead of the view. */
  withName<const Given extends string>(name: Given): ServiceView<Given, Keys, Values>;
  /** Join keys read from the service's keys of these names: `{ user_id: "buyer" }`. */
  withJoinKeyMap<const Renames extends JoinKeyMap<Keys>>(
    joinKeyMap: Renames & { readonly [Key in Exclude<keyof Renames, keyof Keys>]: never },
  ): ServiceView<Name, RenamedKeys<Keys, Renames>, Values>;
}

/** A view as a feature service gives it: all of its features or some, under a name and keys of the service's own. */
export interface ServiceView<
  Name extends string = string,
  Keys extends object = object,
  Values extends object = object,
>
  extends ServiceViewMethods<Name, Keys, Values>, Typed<Keys, Values> {
  readonly kind: "serviceView";
  readonly name: Name;
  readonly view: DeclaredView | RealtimeFeatureView;
  readonly definition: ServiceViewDefinition;
}

/** The methods of a declared view, which `viewOf` gives once it is there. */
export function serviceViewMethods(
  viewOf: () => DeclaredView | RealtimeFeatureView,
  definition: ServiceViewDefinition,
): ServiceViewMethods<never, never, never> {
  const changed = (change: Partial<ServiceViewDefinition>) =>
    serviceView(viewOf, { ...definition, ...change }) as ServiceView<never, never, never>;
  return {
    pick: (...features: readonly string[]) => changed({ features }),
    withName: (name: string) => changed({ name }),
    withJoinKeyMap: (renames: Readonly<Record<string, string>>) =>
      changed({ joinKeyMap: renamed(definition.joinKeyMap ?? {}, renames) }),
  };
}

function serviceView(
  viewOf: () => DeclaredView | RealtimeFeatureView,
  definition: ServiceViewDefinition,
): ServiceView {
  return Object.freeze({
    kind: "serviceView",
    name: definition.name ?? definition.view,
    view: viewOf(),
    definition: deepFreeze(definition),
    ...serviceViewMethods(viewOf, definition),
  });
}

/** A second map renames what the first one gave. */
function renamed(
  before: Readonly<Record<string, string>>,
  renames: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(before).map(([key, name]) => [key, renames[name] ?? name] as const);
  const given = new Set(Object.values(before));
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(Object.entries(renames).filter(([key]) => !given.has(key))),
  };
}
