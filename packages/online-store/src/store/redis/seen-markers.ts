import { TeselaError } from "@tesela/core";

import type { Marker } from "../port.ts";

/**
 * Remembers how far each marker was when it was last read: one that stands further back, in commits or in hidden keys,
 * belongs to a server which has lost what this process has already seen (an asynchronous fail-over), however old the plan
 * that it serves by.
 */
export class SeenMarkers {
  readonly #furthest = new Map<number, Marker>();

  /** Throws `UNAVAILABLE` for a marker, of some number, that went back. One that is gone begins anew. */
  check(number: number, marker: Marker | null): void {
    if (marker === null) {
      this.#furthest.delete(number);
      return;
    }
    const furthest = this.#furthest.get(number);
    if (furthest === marker) return;
    if (furthest !== undefined && isBehind(marker, furthest)) throw wentBack();
    this.#furthest.set(number, marker);
  }
}

function isBehind(marker: Marker, furthest: Marker): boolean {
  return marker.commitSeq < furthest.commitSeq || marker.hidden < furthest.hidden;
}

function wentBack(): TeselaError {
  return new TeselaError(
    "UNAVAILABLE",
    "The online store (Redis) has lost data: another server has taken over that had not received all of them.",
    { fix: "They are loaded again by themselves, begun within seconds." },
  );
}
