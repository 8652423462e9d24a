import { micros, type TimeRange } from "@tesela/core";
import type { LiveFile } from "@tesela/registry";
import { expect, test } from "vitest";
import { chosenFiles } from "./chosen-files.ts";

function range(start: number, end: number): TimeRange {
  return { start: micros(start), end: micros(end) };
}

function fileOf(...live: TimeRange[]): LiveFile {
  const [{ start, end }] = live as [TimeRange];
  const path = `${start}-${end}`;
  const times = { minTime: start, maxTime: micros(end - 1n), jobRange: { start, end } };
  return { path, bytes: 1, rows: 1, sha256: null, deletionId: 0n, commitSeq: 1n, live, ...times };
}

const hundred = Array.from({ length: 100 }, (_, index) => fileOf(range(index * 10, index * 10 + 10)));
const paths = (files: readonly LiveFile[]): string[] => files.map(({ path }) => path);

test("a read opens every file with live rows in its range", () => {
  const files = [fileOf(range(0, 10)), fileOf(range(30, 40), range(5, 6)), fileOf(range(10, 20))];
  expect(paths(chosenFiles(files, range(5, 10), { kind: "all" }))).toEqual(["0-10", "30-40"]);
});

test("the nearest files to a range are its own and 64 others, in their order", () => {
  const chosen = chosenFiles(hundred, range(0, 10_000), { kind: "nearest", to: range(485, 515) });
  expect(chosen).toHaveLength(4 + 64);
  expect(chosen).toEqual(hundred.slice(48 - 32, 52 + 32));
});

test("an empty range has neighbours too", () => {
  const chosen = chosenFiles(hundred, range(0, 10_000), { kind: "nearest", to: range(0, 0) });
  expect(chosen).toEqual(hundred.slice(0, 64));
});
