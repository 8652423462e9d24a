import type { HousekeepingIntervals, HousekeepingPolicy } from "@tesela/registry";

/** What housekeeping goes by, and how often it is done. */
export interface HousekeepingSettings {
  readonly policy: HousekeepingPolicy;
  /** The least time between two jobs of a type for a view, in milliseconds. */
  readonly intervals: HousekeepingIntervals;
  /** How often it is looked for work. */
  readonly lookMs: number;
  /** How often it is looked for views whose online data are lost. */
  readonly lossLookMs: number;
  /** How long vectors that were served can be read, by the platform clock. */
  readonly servedLogRetentionMs: number;
  /** How often those that are older are removed. */
  readonly servedLogLookMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MIB = 1024 ** 2;

/** The settings that hold unless others are given. */
export const DEFAULT_HOUSEKEEPING: HousekeepingSettings = {
  policy: {
    snapshotRetentionMs: 30 * 24 * HOUR,
    cleanupGraceMs: 10 * MINUTE,
    smallFileBytes: 16 * MIB,
    mergedFileBytes: 128 * MIB,
    leastFiles: 8,
  },
  intervals: { compact: HOUR, collect: HOUR, cleanup: 10 * MINUTE, rebuild: MINUTE },
  lookMs: MINUTE,
  lossLookMs: 2_000,
  servedLogRetentionMs: 30 * 24 * HOUR,
  servedLogLookMs: HOUR,
};

/** Settings that are given in part. */
export interface HousekeepingOptions {
  readonly policy?: Partial<HousekeepingPolicy>;
  readonly intervals?: Partial<HousekeepingIntervals>;
  readonly lookMs?: number;
  readonly lossLookMs?: number;
  readonly servedLogRetentionMs?: number;
  readonly servedLogLookMs?: number;
}

/** The settings with every default filled in. */
export function housekeepingSettings(options: HousekeepingOptions = {}): HousekeepingSettings {
  return {
    ...DEFAULT_HOUSEKEEPING,
    ...options,
    policy: { ...DEFAULT_HOUSEKEEPING.policy, ...options.policy },
    intervals: { ...DEFAULT_HOUSEKEEPING.intervals, ...options.intervals },
  };
}
