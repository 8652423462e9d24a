import { expect, it } from "vitest";

import type { Marker } from "../port.ts";
import { SeenMarkers } from "./seen-markers.ts";

const at = (commitSeq: bigint, hidden = 0n): Marker => ({
  commitSeq,
  edge: null,
  retainedFrom: null,
  epoch: "a",
  hidden,
});

it("takes markers that stay or move forward, each by itself", () => {
  const seen = new SeenMarkers();
  for (const commitSeq of [3n, 3n, 7n]) expect(() => seen.check(1, at(commitSeq))).not.toThrow();
  expect(() => seen.check(2, at(1n))).not.toThrow();
});

it("refuses one that went back as UNAVAILABLE, until it is past what was seen or was gone", () => {
  const seen = new SeenMarkers();
  seen.check(1, at(7n));
  for (const _ of [1, 2]) {
    expect(() => seen.check(1, at(6n))).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }));
  }
  expect(() => seen.check(1, at(8n))).not.toThrow();
  expect(() => seen.check(1, at(8n, 3n))).not.toThrow();
  expect(() => seen.check(1, at(9n, 2n))).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }));
  seen.check(1, null);
  expect(() => seen.check(1, at(1n))).not.toThrow();
});
