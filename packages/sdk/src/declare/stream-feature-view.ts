import { computedViewFields } from "./view-definition.ts";
import { declareView } from "./declare-view.ts";
import type { Entity } from "./entity.ts";
import type { Aggregate, Attribute } from "./feature.ts";
import { normalDuration } from "./normal.ts";
import type { StreamSource } from "./source.ts";
import type { ComputedViewOptions } from "./view-options.ts";
import type { JoinKeysOf, ValuesOf } from "./view-types.ts";
import type { StreamFeatureView } from "./view.ts";

/** What a stream feature view is declared with: exactly one source; without an interval aggregates are continuous. */
export interface StreamFeatureViewOptions<
  Name extends string,
  Entities extends readonly Entity[],
  Sources extends Readonly<Record<string, StreamSource>>,
  Features extends readonly Attribute[] | readonly Aggregate[],
  Interval extends string,
> extends ComputedViewOptions<Name, Entities, Sources, Features, Interval> {
  /** The grid on which the offline store is filled from the batch log; `"1d"` unless told. */
  readonly batchSchedule?: string | undefined;
}

/** Declares a feature view over a stream; its history is computed from the stream's batch log. */
export function streamFeatureView<
  const Name extends string,
  const Entities extends readonly Entity[],
  const Sources extends Readonly<Record<string, StreamSource>>,
  const Features extends readonly Attribute[] | readonly Aggregate[],
  const Interval extends string = "continuous",
>(
  options: StreamFeatureViewOptions<Name, Entities, Sources, Features, Interval>,
): StreamFeatureView<Name, JoinKeysOf<Entities>, ValuesOf<Features, Interval>> {
  const definition = {
    kind: "streamFeatureView" as const,
    ...computedViewFields(options, options.aggregationInterval ?? null),
    batchSchedule: normalDuration(options.batchSchedule ?? "1d"),
  };
  return declareView(definition, options.entities, options.sources);
}
