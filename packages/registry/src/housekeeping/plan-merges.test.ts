import { micros } from "@tesela/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CurrentFile } from "../types/housekeeping.ts";
import { planMerges } from "./plan-merges.ts";

const POLICY = { smallFileBytes: 10, mergedFileBytes: 25, leastFiles: 2 };

/** A file from text such as `3: 8 bytes, 1[0-2] 2[2-3]`: its id, and which parts of which commits it holds. */
function file(text: string): CurrentFile {
  const [, id, bytes, parts, pending, deleted] = /^(\d+): (\d+) bytes, (.*?)( pending)?( deleted)?$/.exec(
    text,
  )!;
  return {
    id: BigInt(id!),
    path: `f${id}`,
    bytes: Number(bytes),
    isPending: pending !== undefined,
    deletionId: deleted === undefined ? 0n : 1n,
    parts: parts!.split(" ").map((part) => {
      const [, commitId, start, end] = /^(\d+)\[(\d+)-(\d+)\]$/.exec(part)!;
      const during = { start: micros(BigInt(start!)), end: micros(BigInt(end!)) };
      return { commitId: BigInt(commitId!), during };
    }),
  };
}

function groups(...files: string[]): number[][] {
  return planMerges(files.map(file), POLICY).map((group) => group.map(({ id }) => Number(id)));
}

describe("files are merged", () => {
  test("in the order of their times, up to the size of a merged file", () => {
    expect(groups("1: 8 bytes, 1[4-5]", "2: 8 bytes, 2[0-1]", "3: 8 bytes, 3[1-2]")).toEqual([[2, 3, 1]]);
    const four = ["1: 10 bytes, 1[0-1]", "2: 10 bytes, 2[1-2]", "3: 10 bytes, 3[2-3]", "4: 10 bytes, 4[3-4]"];
    expect(groups(...four)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("where they are small and neighbours: a large file between them stays between them", () => {
    expect(groups("1: 1 bytes, 1[0-1]", "2: 11 bytes, 2[1-2]", "3: 1 bytes, 3[2-3]")).toEqual([]);
    expect(groups("1: 1 bytes, 1[0-1]", "2: 10 bytes, 2[1-2]")).toEqual([[1, 2]]);
  });

  test("not while a push may still have to know them in full", () => {
    expect(groups("1: 1 bytes, 1[0-1]", "2: 1 bytes, 2[1-2] pending", "3: 1 bytes, 3[2-3]")).toEqual([]);
  });

  test("not where the stores differ in which commit is live", () => {
    expect(
      groups("1: 1 bytes, 1[0-3]", "2: 1 bytes, 2[2-3]", "3: 1 bytes, 3[3-4]", "4: 1 bytes, 4[4-5]"),
    ).toEqual([[3, 4]]);
  });

  test("not while a deletion has been carried out in one of them only", () => {
    expect(groups("1: 1 bytes, 1[0-1]", "2: 1 bytes, 2[1-2] deleted", "3: 1 bytes, 3[2-3] deleted")).toEqual([
      [2, 3],
    ]);
  });

  test("not alone", () => {
    expect(groups("1: 1 bytes, 1[0-1]")).toEqual([]);
  });
});

test("whatever there is: no file twice, none too large, and no instant of two commits in a group", () => {
  const part = fc.record({
    commitId: fc.bigInt(1n, 4n),
    start: fc.integer({ min: 0, max: 20 }),
    length: fc.integer({ min: 1, max: 4 }),
  });
  const one = fc.record({ bytes: fc.integer({ min: 0, max: 12 }), parts: fc.array(part, { maxLength: 3 }) });
  const property = fc.property(fc.array(one, { maxLength: 12 }), (some) => {
    const files = some.map(({ bytes, parts }, index): CurrentFile => ({
      id: BigInt(index),
      path: `f${index}`,
      bytes,
      isPending: false,
      deletionId: 0n,
      parts: parts.map(({ commitId, start, length }) => ({
        commitId,
        during: { start: micros(BigInt(start)), end: micros(BigInt(start + length)) },
      })),
    }));
    const merged = planMerges(files, POLICY);
    const ids = merged.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const group of merged) {
      expect(group.length).toBeGreaterThan(1);
      expect(group.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(POLICY.mergedFileBytes);
      const parts = group.flatMap((each) => each.parts);
      for (const a of parts) {
        for (const b of parts) {
          const overlap = a.during.start < b.during.end && b.during.start < a.during.end;
          expect(overlap && a.commitId !== b.commitId).toBe(false);
        }
      }
    }
  });
  fc.assert(property);
});
