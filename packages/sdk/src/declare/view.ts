import type {
  BatchFeatureViewDefinition,
  FeatureTableDefinition,
  FeatureViewDefinition,
  StreamFeatureViewDefinition,
} from "@tesela/core";
import type { Declaration } from "./declaration.ts";
import type { Entity } from "./entity.ts";
import type { FeatureService } from "./feature-service.ts";
import type { RealtimeFeatureView } from "./realtime-feature-view.ts";
import type { ServiceViewMethods } from "./service-view.ts";
import type { BatchSource, Source, StreamSource } from "./source.ts";

declare const types: unique symbol;

/** What a declaration tells the compiler; never there at run time. */
export interface Typed<Keys extends object, Values extends object> {
  readonly [types]?: { readonly keys: Keys; readonly values: Values };
}

/** Any declared feature view; `Keys` and `Values` are the types of its join keys and features by name. */
export interface DeclaredView<
  Name extends string = string,
  Keys extends object = object,
  Values extends object = object,
  Definition extends FeatureViewDefinition = FeatureViewDefinition,
>
  extends Declaration<Definition>, Typed<Keys, Values>, ServiceViewMethods<Name, Keys, Values> {
  readonly name: Name;
  readonly entities: readonly Entity[];
  /** By the names that the transformation calls them; none of a feature table. */
  readonly sources: Readonly<Record<string, Source>>;
}

/** A declared feature view over batch sources. */
export interface BatchFeatureView<
  Name extends string = string,
  Keys extends object = object,
  Values extends object = object,
> extends DeclaredView<Name, Keys, Values, BatchFeatureViewDefinition> {
  readonly sources: Readonly<Record<string, BatchSource>>;
}

/** A declared feature view over a stream. */
export interface StreamFeatureView<
  Name extends string = string,
  Keys extends object = object,
  Values extends object = object,
> extends DeclaredView<Name, Keys, Values, StreamFeatureViewDefinition> {
  readonly sources: Readonly<Record<string, StreamSource>>;
}

/** A declared feature table. */
export type FeatureTable<
  Name extends string = string,
  Keys extends object = object,
  Values extends object = object,
> = DeclaredView<Name, Keys, Values, FeatureTableDefinition>;

/** What can be read by join keys. */
type Readable = DeclaredView | RealtimeFeatureView | FeatureService;

/** The join keys that a declared view or service is read by. */
export type JoinKeys<V extends Readable> = V extends Typed<infer Keys, object> ? Keys : never;

/** The features of a declared view by name: `FeatureValues<typeof airportDelays>["delay_mean_1d_1h"]`. */
export type FeatureValues<V extends Readable> = V extends Typed<object, infer Values> ? Values : never;
