import type { DurationMicros } from "./duration.ts";
import type { EpochMicros } from "./instant.ts";

/** A window of an aggregate (TIME T4): `[bound − size + offset, bound + offset)`, or all since a fixed start. */
export type Window =
  | {
      readonly kind: "sliding";
      readonly size: DurationMicros;
      readonly offset: DurationMicros;
    }
  | { readonly kind: "lifetime"; readonly start: EpochMicros };

/** All that the law needs to know about a view. */
export interface ViewTime {
  /** `g` of TIME T3: the schedule of a batch view, the interval of a tiled stream view, else 1 µs. */
  readonly grain: DurationMicros;
  /** `S`: the grid of what jobs materialize. */
  readonly schedule: DurationMicros;
  /** `D`: the largest data delay over the view's sources. */
  readonly dataDelay: DurationMicros;
  /** `fst` */
  readonly featureStart: EpochMicros;
  /** Attributes only (TIME T7); `null` means for ever. */
  readonly ttl: DurationMicros | null;
  /** The windows of the aggregates; empty for attributes. */
  readonly windows: readonly Window[];
}
