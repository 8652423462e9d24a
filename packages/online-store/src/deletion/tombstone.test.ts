import { micros } from "@tesela/core";
import { expect, test } from "vitest";
import { decodeTombstone, encodeTombstone, hidesEvent, hidesTile } from "./tombstone.ts";

const at = (instant: number) => micros(BigInt(instant));

test("TIME T17: an event before the deletion is hidden, one at its very instant is new data", () => {
  const tombstone = { before: at(10), isCleaned: true };
  expect(hidesEvent(tombstone, at(9))).toBe(true);
  expect(hidesEvent(tombstone, at(10))).toBe(false);
  expect(hidesEvent(null, at(9))).toBe(false);
});

test("a tile that holds the instant is hidden until old values are gone; then it has only new events", () => {
  const tile = [at(5), 10n] as const;
  expect(hidesTile({ before: at(10), isCleaned: false }, ...tile)).toBe(true);
  expect(hidesTile({ before: at(10), isCleaned: true }, ...tile)).toBe(false);
  expect(hidesTile({ before: at(15), isCleaned: true }, ...tile)).toBe(true);
  expect(hidesTile({ before: at(5), isCleaned: false }, ...tile)).toBe(false);
});

test("a tombstone comes back from its bytes, before 1970 too", () => {
  const tombstone = { before: at(-5), isCleaned: false };
  expect(decodeTombstone(encodeTombstone(7n, tombstone))).toEqual(tombstone);
  expect(decodeTombstone(null)).toBeNull();
});
