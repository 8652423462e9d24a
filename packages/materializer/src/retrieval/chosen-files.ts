import { overlaps, type EpochMicros, type TimeRange } from "@tesela/core";
import type { LiveFile } from "@tesela/registry";

/** Which files of the offline store are opened: those of a range, or of these the nearest to another range. */
export type FileChoice = { readonly kind: "all" } | { readonly kind: "nearest"; readonly to: TimeRange };

/** Files at most that are opened besides those that the range itself lies in. */
const NEAREST = 64;

/** The files with live rows in a range, in their order, as far as they are chosen. */
export function chosenFiles(
  files: readonly LiveFile[],
  range: TimeRange,
  choice: FileChoice,
): readonly LiveFile[] {
  const all = files.filter(({ live }) => live.some((part) => overlaps(part, range)));
  if (choice.kind === "all") return all;
  const distance = new Map(all.map((file) => [file, distanceOf(file, choice.to)]));
  const others = all.filter((file) => distance.get(file)! > 0n);
  const far = new Set(others.toSorted((a, b) => compare(distance.get(a)!, distance.get(b)!)).slice(NEAREST));
  return all.filter((file) => !far.has(file));
}

/** How far the nearest live part of a file lies from a range; 0 where they overlap. */
function distanceOf({ live }: LiveFile, range: TimeRange): bigint {
  const gaps = live.map((part) => {
    if (overlaps(part, range)) return 0n;
    return 1n + (part.end <= range.start ? between(part.end, range.start) : between(range.end, part.start));
  });
  return gaps.reduce((a, b) => (a < b ? a : b));
}

function between(from: EpochMicros, to: EpochMicros): bigint {
  return to > from ? to - from : 0n;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
