import { micros, type TimeRange } from "@tesela/core";
import type { LiveFile } from "@tesela/registry";
import { expect, test } from "vitest";
import { latestOf } from "./live-files.ts";

const range = (start: number, end: number): TimeRange => ({ start: micros(start), end: micros(end) });
const file = (path: string, commitSeq: bigint, ...live: TimeRange[]): LiveFile => ({
  path,
  commitSeq,
  live,
  jobRange: range(0, 10),
  bytes: 1,
  rows: 1,
  minTime: null,
  maxTime: null,
  sha256: null,
  deletionId: 0n,
});
const print = (files: readonly LiveFile[]): string[] =>
  files.map(({ path, live }) => `${path} ${live.map(({ start, end }) => `${start}-${end}`).join(" ")}`);

test("a file that is live in both stores is there once, with all its parts", () => {
  expect(print(latestOf([file("a", 1n, range(0, 2)), file("a", 1n, range(1, 5))]))).toEqual(["a 0-5"]);
});

test("each instant is of the latest commit that covers it, in whichever store", () => {
  const files = [file("a", 1n, range(0, 10)), file("c", 3n, range(4, 5)), file("b", 2n, range(3, 6))];
  expect(print(latestOf(files))).toEqual(["c 4-5", "b 3-4 5-6", "a 0-3 6-10"]);
});
