import { parseInstant, type TimeRange } from "@tesela/core";
import { describe, expect, it } from "vitest";
import { liveFiles, type CommittedFile } from "./snapshot.ts";

/** Days of January 2024: `[start, end)`. */
function days(start: number, end: number): TimeRange {
  const day = (n: number) => parseInstant(`2024-01-${String(n).padStart(2, "0")}`);
  return { start: day(start), end: day(end) };
}

function file(path: string, commitSeq: bigint, range: TimeRange): CommittedFile {
  return { path, bytes: 100, rows: 10, commitSeq, range };
}

function reads(
  files: CommittedFile[],
  live: { commitSeq: bigint; range: TimeRange }[],
): [string, TimeRange[]][] {
  return liveFiles(files, live).map(({ path, ranges }) => [path, [...ranges]]);
}

describe("the live files of a snapshot", () => {
  it("are whole while nothing was overwritten", () => {
    const live = [{ commitSeq: 1n, range: days(1, 9) }];
    expect(liveFiles([file("a", 1n, days(1, 9))], live)).toEqual([
      { path: "a", bytes: 100, rows: 10, ranges: [days(1, 9)] },
    ]);
  });

  it("keep their other parts when the middle was overwritten", () => {
    const files = [file("a", 1n, days(1, 9)), file("b", 2n, days(3, 5))];
    const live = [
      { commitSeq: 1n, range: days(5, 9) },
      { commitSeq: 2n, range: days(3, 5) },
      { commitSeq: 1n, range: days(1, 3) },
    ];
    expect(reads(files, live)).toEqual([
      ["a", [days(1, 3), days(5, 9)]],
      ["b", [days(3, 5)]],
    ]);
  });

  it("do not hold a file that was overwritten whole, even by a commit without files", () => {
    expect(reads([file("a", 1n, days(1, 3))], [{ commitSeq: 2n, range: days(1, 3) }])).toEqual([]);
  });

  it("read a commit's file only within the file's own range", () => {
    const files = [file("day1", 1n, days(1, 2)), file("day2", 1n, days(2, 3))];
    expect(reads(files, [{ commitSeq: 1n, range: days(1, 3) }])).toEqual([
      ["day1", [days(1, 2)]],
      ["day2", [days(2, 3)]],
    ]);
  });

  it("do not hold a file whose range only touches a live one", () => {
    expect(reads([file("a", 1n, days(1, 2))], [{ commitSeq: 1n, range: days(2, 3) }])).toEqual([]);
  });

  it("join live ranges that touch", () => {
    const live = [days(2, 3), days(1, 2)].map((range) => ({ commitSeq: 1n, range }));
    expect(reads([file("a", 1n, days(1, 9))], live)).toEqual([["a", [days(1, 3)]]]);
  });
});
