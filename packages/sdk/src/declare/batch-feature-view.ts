import { computedViewFields } from "./view-definition.ts";
import { declareView } from "./declare-view.ts";
import type { Entity } from "./entity.ts";
import type { Aggregate, Attribute } from "./feature.ts";
import { normalDuration } from "./normal.ts";
import type { BatchSource } from "./source.ts";
import type { ComputedViewOptions } from "./view-options.ts";
import type { JoinKeysOf, ValuesOf } from "./view-types.ts";
import type { BatchFeatureView } from "./view.ts";

/** What a batch feature view is declared with; aggregates without an interval have tiles as wide as the schedule. */
export interface BatchFeatureViewOptions<
  Name extends string,
  Entities extends readonly Entity[],
  Sources extends Readonly<Record<string, BatchSource>>,
  Features extends readonly Attribute[] | readonly Aggregate[],
  Schedule extends string,
  Interval extends string,
> extends ComputedViewOptions<Name, Entities, Sources, Features, Interval> {
  readonly batchSchedule: Schedule;
  /**
   * Whether the transformation runs once per batch window over that window's rows alone, so that it may aggregate,
   * join and so on; false unless told: each row comes from one row of a source (TIME T16).
   */
  readonly incrementalBackfills?: boolean | undefined;
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
  const { batchSchedule, aggregationInterval, incrementalBackfills } = options;
  const definition = {
    kind: "batchFeatureView" as const,
    ...computedViewFields(options, aggregationInterval ?? batchSchedule),
    batchSchedule: normalDuration(batchSchedule),
    ...(incrementalBackfills === true ? { incrementalBackfills } : {}),
  };
  return declareView(definition, options.entities, options.sources);
}
