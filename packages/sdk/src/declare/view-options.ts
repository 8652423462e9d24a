import type { BatchTrigger } from "@tesela/core";
import type { MetadataOptions } from "./declaration.ts";
import type { Entity } from "./entity.ts";
import type { Aggregate, Attribute } from "./feature.ts";
import type { Source } from "./source.ts";
import type { SourceHandle, Transform } from "./transform.ts";
import type { JoinKeysOf } from "./view-types.ts";

/** What every feature view is declared with. */
export interface ViewOptions<
  Name extends string,
  Entities extends readonly Entity[],
  Features extends readonly Attribute[] | readonly Aggregate[],
> extends MetadataOptions {
  readonly name: Name;
  /** The view's join keys are theirs, in this order. */
  readonly entities: Entities;
  /** The column that holds the event time. */
  readonly timestampField: string;
  /** The column that says when a row was written; of rows of one key and event time, the last written wins. */
  readonly createdTimestampField?: string | undefined;
  readonly features: Features;
  /** A `Date`, or ISO text that is UTC without a zone. */
  readonly featureStartTime: string | Date;
  /** How long an attribute is served (TIME T7). */
  readonly ttl?: string | undefined;
  /**
   * All join keys but one, in order: `queryFeatures` leaves that one out, the wildcard, and gets the features of each
   * of its values.
   */
  readonly onlineServingIndex?: readonly (keyof JoinKeysOf<Entities> & string)[] | undefined;
  /**
   * Lets feature servers answer from what they have read of a key up to `maxAge` ago: new writes may be seen that much
   * later, time and deletions never. Off unless told.
   */
  readonly onlineCache?: { readonly maxAge: string } | undefined;
  /** Whether the view has an online store; false unless told. */
  readonly online?: boolean | undefined;
  /** Whether the view has an offline store; false unless told. */
  readonly offline?: boolean | undefined;
}

/** What every view is declared with that is computed from sources; its columns are those of the transformation. */
export interface ComputedViewOptions<
  Name extends string,
  Entities extends readonly Entity[],
  Sources extends Readonly<Record<string, Source>>,
  Features extends readonly Attribute[] | readonly Aggregate[],
  Interval extends string,
> extends ViewOptions<Name, Entities, Features> {
  /** The sources by the names that the transformation calls them. */
  readonly sources: Sources;
  /** One SELECT in DuckDB's dialect (TIME T16): ``({ flights }) => sql`select … from ${flights}` ``. */
  transform(sources: { readonly [Parameter in keyof Sources]: SourceHandle }): Transform;
  /** The column that identifies an event: rows of equal keys, event time and id count once (TIME T8). */
  readonly eventIdField?: string | undefined;
  /** Tile width of aggregates. */
  readonly aggregationInterval?: Interval;
  /**
   * What makes the view's batch jobs: `"scheduled"` (unless told) fills its history once it is applied and then
   * runs a job for each interval that has ended; `"manual"` leaves them to you; `"none"` allows none.
   */
  readonly batchTrigger?: BatchTrigger | undefined;
  /** How much one job of a backfill computes at most, a multiple of the schedule; a tenth of all unless told. */
  readonly maxBackfillInterval?: string | undefined;
  /** Where lifetime windows begin (TIME T4). */
  readonly lifetimeStartTime?: string | Date | undefined;
}
