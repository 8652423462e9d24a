import { expect, test } from "vitest";
import { MarkerTexts } from "./marker-texts.ts";

const marker = { commitSeq: 7n, edge: -1n, retainedFrom: null, hidden: 0n, epoch: "a/b\n(,)" };

test("a marker is read from its text, whatever its epoch holds, and none from nothing", () => {
  const markers = new MarkerTexts();
  expect(markers.read(1, "7/-1//0/a/b\n(,)")).toEqual(marker);
  expect(markers.read(1, null)).toBeNull();
});

test("one that has not changed is the same object, one that has is another, and so is that of another generation", () => {
  const markers = new MarkerTexts();
  const first = markers.read(1, "7/-1//0/e");
  expect(markers.read(1, "7/-1//0/e")).toBe(first);
  expect(markers.read(2, "7/-1//0/e")).not.toBe(first);
  expect(markers.read(1, "8/-1//0/e")).toMatchObject({ commitSeq: 8n });
});
