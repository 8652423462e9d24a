import type { FeatureType, RealtimeFeatureViewDefinition, RealtimeSourceDefinition } from "@tesela/core";
import { declare, deepFreeze, metadataOf, type Declaration, type MetadataOptions } from "./declaration.ts";
import { fieldsOf, type RequestSource, type Schema, type SchemaValue } from "./request-source.ts";
import { serviceViewMethods, type ServiceView, type ServiceViewMethods } from "./service-view.ts";
import type { Together } from "./together.ts";
import type { DeclaredView, Typed } from "./view.ts";

/** What a realtime view's function can be given: request data, or features of a view that has data of its own. */
export type RealtimeSource = RequestSource | DeclaredView | ServiceView;

/** The sources of a realtime view by the names that its function calls them. */
export type RealtimeSources = Readonly<Record<string, RealtimeSource>>;

/** A declared realtime feature view; `Keys` are those of the views that it reads. */
export interface RealtimeFeatureView<
  Name extends string = string,
  Keys extends object = object,
  Values extends object = object,
>
  extends
    Declaration<RealtimeFeatureViewDefinition>,
    Typed<Keys, Values>,
    ServiceViewMethods<Name, Keys, Values> {
  readonly name: Name;
  readonly sources: RealtimeSources;
}

/** What the function is given: of each source an object of values, null where there is none. */
export type RealtimeInputs<Sources extends RealtimeSources> = {
  readonly [Parameter in keyof Sources]: Sources[Parameter] extends RequestSource<infer Fields>
    ? { readonly [Field in keyof Fields]: SchemaValue<Fields[Field]> | null }
    : Sources[Parameter] extends Typed<object, infer Values>
      ? Values
      : never;
};

/** What the function may give for a feature: an int64 as a safe number too, an instant as a `Date` too. */
type Given<Type extends FeatureType> = Type extends "int64"
  ? bigint | number
  : Type extends "timestamp"
    ? string | Date
    : SchemaValue<Type>;

/** What the function has to give: every feature of the schema, or null. */
export type RealtimeOutput<Features extends Schema> = {
  readonly [Feature in keyof Features]: Given<Features[Feature]> | null;
};

/** The values of a schema by name. */
export type SchemaValues<Features extends Schema> = {
  readonly [Feature in keyof Features]: SchemaValue<Features[Feature]> | null;
};

type SourceKeys<Source> = Source extends RequestSource
  ? never
  : Source extends Typed<infer Keys, object>
    ? Keys
    : never;

/** The join keys of a realtime view: those of the views that it reads. */
export type RealtimeKeys<Sources extends RealtimeSources> = Together<SourceKeys<Sources[keyof Sources]>>;

/** What a realtime feature view is declared with. */
export interface RealtimeFeatureViewOptions<
  Name extends string,
  Sources extends RealtimeSources,
  Features extends Schema,
> extends MetadataOptions {
  readonly name: Name;
  readonly sources: Sources;
  /** The features that the function gives, and their types. */
  readonly schema: Features;
  /**
   * A pure function, sent as its own text: it can use nothing that stands outside of it, no clock and no randomness.
   */
  readonly transform: (inputs: RealtimeInputs<Sources>) => RealtimeOutput<NoInfer<Features>>;
}

/** Declares features that a function makes of request data and other views' features at the moment they are read. */
export function realtimeFeatureView<
  const Name extends string,
  const Sources extends RealtimeSources,
  const Features extends Schema,
>(
  options: RealtimeFeatureViewOptions<Name, Sources, Features>,
): RealtimeFeatureView<Name, RealtimeKeys<Sources>, SchemaValues<Features>> {
  const definition: RealtimeFeatureViewDefinition = {
    kind: "realtimeFeatureView",
    name: options.name,
    sources: Object.entries(options.sources).map(([parameter, source]) => sourceOf(parameter, source)),
    features: fieldsOf(options.schema),
    transform: { function: Function.prototype.toString.call(options.transform) },
    ...metadataOf(options),
  };
  const view: unknown = declare({
    kind: definition.kind,
    name: definition.name,
    sources: Object.freeze({ ...options.sources }),
    definition: deepFreeze(definition),
    ...serviceViewMethods(() => view as RealtimeFeatureView, { view: definition.name }),
  });
  return view as RealtimeFeatureView<Name, RealtimeKeys<Sources>, SchemaValues<Features>>;
}

function sourceOf(parameter: string, source: RealtimeSource): RealtimeSourceDefinition {
  if (source.kind === "requestSource") return { kind: "request", parameter, schema: fieldsOf(source.schema) };
  if (source.kind !== "serviceView") return { kind: "view", parameter, view: source.name };
  const { view, features, joinKeyMap } = source.definition;
  return {
    kind: "view",
    parameter,
    view,
    ...(features === undefined ? {} : { features }),
    ...(joinKeyMap === undefined ? {} : { joinKeyMap }),
  };
}
