import type { Marker } from "../port.ts";

interface Known {
  readonly text: string;
  readonly marker: Marker;
}

/** Markers as statements tell them; one that has not changed since it was last read is the same object. */
export class MarkerTexts {
  readonly #known = new Map<number, Known>();

  read(generation: number, text: string | null): Marker | null {
    if (text === null) return null;
    const known = this.#known.get(generation);
    if (known?.text === text) return known.marker;
    const marker = markerOf(text);
    this.#known.set(generation, { text, marker });
    return marker;
  }

  forget(generation: number): void {
    this.#known.delete(generation);
  }
}

/** The epoch stands last, as it may hold anything; what is null is empty. */
const TEXT = /^(\d+)\/(-?\d*)\/(-?\d*)\/(\d+)\/([^]*)$/;

function markerOf(text: string): Marker {
  const [, commitSeq, edge, retainedFrom, hidden, epoch] = TEXT.exec(text)!;
  return {
    commitSeq: BigInt(commitSeq!),
    edge: numberOf(edge!),
    retainedFrom: numberOf(retainedFrom!),
    epoch: epoch!,
    hidden: BigInt(hidden!),
  };
}

function numberOf(text: string): bigint | null {
  return text === "" ? null : BigInt(text);
}
