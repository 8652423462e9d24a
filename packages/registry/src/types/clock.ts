import type { EpochMicros } from "@tesela/core";

/** What the platform clock does: follows the system's, or stands still. */
export type ClockState = { readonly mode: "live" } | { readonly mode: "frozen"; readonly at: EpochMicros };

/** The platform clock: bounds, due work, refusals and commit times; never leases, backoff or tokens. */
export interface PlatformClock {
  read(): Promise<ClockState>;
  now(): Promise<EpochMicros>;
  /** Stops the clock at any instant, an earlier one too. */
  freeze(at: EpochMicros): Promise<void>;
  /** Lets the clock follow the system's again. */
  release(): Promise<void>;
}
