import { intersect, mergeRanges, type TimeRange } from "@tesela/core";

/** A file of a commit, with the range its job was for. */
export interface CommittedFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly commitSeq: bigint;
  readonly range: TimeRange;
}

/** A range of the ledger that one commit owns: no two live ranges of a generation overlap. */
export interface LiveRange {
  readonly commitSeq: bigint;
  readonly range: TimeRange;
}

/** A file to be read, with the parts of it that count; rows outside them were overwritten. */
export interface LiveFile {
  readonly path: string;
  readonly bytes: number;
  /** All rows of the file, the dead ones too. */
  readonly rows: number;
  /** Sorted and disjoint, never empty: filter by them at read. */
  readonly ranges: readonly TimeRange[];
}

/** What a reader sees of a view once `commitSeq` is committed, whatever is committed later. */
export interface Snapshot {
  readonly commitSeq: bigint;
  readonly files: readonly LiveFile[];
}

/** The files that hold live rows, in the given order: each within the ranges its own commit still owns. */
export function liveFiles(files: readonly CommittedFile[], live: readonly LiveRange[]): LiveFile[] {
  const owned = Map.groupBy(live, (range) => range.commitSeq);
  return files
    .map((file) => toLiveFile(file, owned.get(file.commitSeq) ?? []))
    .filter((file) => file.ranges.length > 0);
}

function toLiveFile({ path, bytes, rows, range }: CommittedFile, owned: readonly LiveRange[]): LiveFile {
  const parts = owned.map((live) => intersect(range, live.range)).filter((part) => part !== null);
  return { path, bytes, rows, ranges: mergeRanges(parts) };
}
