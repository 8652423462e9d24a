/** What one call of a function may use. */
export interface RealtimeLimits {
  /** Pages of 64 KiB that the function and its context may hold; QuickJS itself needs 256 of them. */
  readonly memoryPages: number;
  /** Bytes of its stack. */
  readonly stackBytes: number;
  /**
   * How often QuickJS asks whether to go on, which it does every ten thousand steps: the same on every machine, so
   * that the same rows fail online and offline.
   */
  readonly ticks: number;
  /** A bound in computing time besides, for steps that are long in themselves; milliseconds. */
  readonly timeMs: number;
}

/** About 50 ms of work on one row. */
export const REALTIME_LIMITS: RealtimeLimits = {
  memoryPages: 384,
  stackBytes: 256 * 1024,
  ticks: 200,
  timeMs: 250,
};
