import type { EpochMicros, StoreLedger, TimeRange } from "@tesela/core";

/** What the ledger knows of the ranges of a view's generation, store by store. */
export interface CoverageLedger {
  readonly offline: StoreLedger;
  readonly online: StoreLedger;
  /** When the newest commit was made (platform clock); `null` before the first. */
  readonly latestCommitAt: EpochMicros | null;
  /** When the source files were last compared; `null` where they never were. */
  readonly sourcesSeenAt: Date | null;
}

/** A live range by the commit that it came with: what its source files are compared by. */
export interface SourceRange {
  readonly commitId: bigint;
  readonly range: TimeRange;
}

/** What is materialized of a view, what is not and why, and what of it is stale. */
export interface Coverage {
  read(generationId: number): Promise<CoverageLedger>;
  /** The ranges of the commits that are live in some store, whole: what their fingerprints speak of. */
  sourceRanges(generationId: number): Promise<SourceRange[]>;
  /** Notes what the source files of commits are now; another fingerprint than a commit's says that it is stale. */
  sourcesSeen(seen: readonly { readonly commitId: bigint; readonly fingerprint: string }[]): Promise<void>;
}
