import type { BatchFeatureViewDefinition } from "@tesela/core";
import type { BatchSource } from "./source.ts";
import { declare, deepFreeze, type Declaration, type MetadataOptions } from "./declaration.ts";
import type { Entity } from "./entity.ts";
import type { Aggregate, Attribute } from "./feature.ts";
import type { SourceHandle, Transform } from "./transform.ts";
import type { JoinKeysOf, ValuesOf } from "./view-types.ts";
import { viewDefinition } from "./view-definition.ts";

declare const types: unique symbol;

/** A declared feature view; `Keys` and `Values` are the types of its join keys and features by name. */
export interface BatchFeatureView<
  Name extends string = string,
  Keys extends object = object,
  Values extends object = object,
> extends Declaration<BatchFeatureViewDefinition> {
  readonly name: Name;
  readonly entities: readonly Entity[];
  readonly sources: Readonly<Record<string, BatchSource>>;
  /** For the compiler alone; never there at run time. */
  readonly [types]?: { readonly keys: Keys; readonly values: Values };
}

/** What a batch feature view is declared with. */
export interface BatchFeatureViewOptions<
  Name extends string,
  Entities extends readonly Entity[],
  Sources extends Readonly<Record<string, BatchSource>>,
  Features extends readonly Attribute[] | readonly Aggregate[],
  Schedule extends string,
  Interval extends string,
> extends MetadataOptions {
  readonly name: Name;
  /** The view's join keys are theirs, in this order. */
  readonly entities: Entities;
  /** The sources by the names that the transformation calls them. */
  readonly sources: Sources;
  /** One row-wise SELECT (TIME T16): ``({ flights }) => sql`select … from ${flights}` ``. */
  transform(sources: { readonly [Parameter in keyof Sources]: SourceHandle }): Transform;
  /** The output column that holds the event time. */
  readonly timestampField: string;
  readonly createdTimestampField?: string | undefined;
  readonly eventIdField?: string | undefined;
  /** Tile width of aggregates; the batch schedule unless told. */
  readonly aggregationInterval?: Interval;
  /** All attributes or all aggregates. */
  readonly features: Features;
  readonly batchSchedule: Schedule;
  /** A `Date`, or ISO text that is UTC without a zone. */
  readonly featureStartTime: string | Date;
  readonly lifetimeStartTime?: string | Date | undefined;
  /** How long an attribute is served (TIME T7). */
  readonly ttl?: string | undefined;
  /** Whether the view is materialized to the online store; false unless told. */
  readonly online?: boolean | undefined;
  /** Whether the view is materialized to the offline store; false unless told. */
  readonly offline?: boolean | undefined;
}

/** Declares a feature view over batch sources, computed on a schedule. */
export function batchFeatureView<
  const Name extends string,
  const Entities extends readonly Entity[],
  const Sources extends Readonly<Record<string, BatchSource>>,
  const Features extends readonly Attribute[] | readonly Aggregate[],
  const Schedule extends string,
  const Interval extends string = Schedule,
>(
  options: BatchFeatureViewOptions<Name, Entities, Sources, Features, Schedule, Interval>,
): BatchFeatureView<Name, JoinKeysOf<Entities>, ValuesOf<Features, Interval>> {
  return declare({
    kind: "batchFeatureView",
    name: options.name,
    entities: Object.freeze([...options.entities]),
    sources: Object.freeze({ ...options.sources }),
    definition: deepFreeze(viewDefinition(options)),
  });
}

/** The join keys that a declared view is read by. */
export type JoinKeys<View extends BatchFeatureView> =
  View extends BatchFeatureView<string, infer Keys> ? Keys : never;

/** The features of a declared view by name: `FeatureValues<typeof airportDelays>["delay_mean_1d_1h"]`. */
export type FeatureValues<View extends BatchFeatureView> =
  View extends BatchFeatureView<string, object, infer Values> ? Values : never;
