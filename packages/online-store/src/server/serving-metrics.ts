/** How the read of a view for one row ended. */
export type ViewReadEnd = "hit" | "missing" | "timeout" | "unavailable";

/** Where the feature server writes what it measures; the process decides what becomes of it. */
export interface ServingMetrics {
  /** A request that was answered; `name` is the view or the service that was read, or empty. */
  request(route: string, name: string, status: number, seconds: number): void;
  /** How long the store took of a request, and the rest of it: decoding, rolling up, printing. */
  phases(route: string, storeSeconds: number, decodeSeconds: number): void;
  /**
   * A view that a request has read for one key or several, which are of one instant. `ageSeconds`: from that to the
   * clock; `null` before the first job.
   */
  viewRead(
    view: string,
    counts: Readonly<Partial<Record<ViewReadEnd, number>>>,
    ageSeconds: number | null,
  ): void;
  /** A key of a view that declares a serving cache: whether what it keeps was used. */
  cacheRead(view: string, end: "hit" | "miss"): void;
  /** Sampled vectors of a service that declares a log: whether they were kept. */
  served(service: string, end: "kept" | "dropped", count: number): void;
  /** A request that was refused because too many were under way. */
  overloaded(route: string): void;
}

/** Measures nothing. */
export const NO_METRICS: ServingMetrics = {
  request: () => {},
  phases: () => {},
  viewRead: () => {},
  cacheRead: () => {},
  served: () => {},
  overloaded: () => {},
};
