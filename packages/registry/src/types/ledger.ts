import type { EpochMicros, TimeRange } from "@tesela/core";
import type { ViewGeneration } from "./definition.ts";

/** The two stores that a range can be live in. */
export type Store = "offline" | "online";

/** A file that an attempt has written; times are those of its rows, `null` in an empty file. */
export interface NewFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly minTime: EpochMicros | null;
  /** Inclusive: the time of the last row. */
  readonly maxTime: EpochMicros | null;
  readonly sha256?: string;
  /** Deletions of keys up to this one have been carried out in it; 0 unless given. */
  readonly deletionId?: bigint;
}

/** What commit 1 takes. */
export interface NewCommit {
  readonly files: readonly NewFile[];
  readonly rows: number;
  readonly rejectedRows: number;
  /** Fingerprint of the source files that were read. */
  readonly sourceFingerprint: string;
  /** What becomes live in an ingest, which knows it only now: disjoint ranges. Other jobs have reserved theirs. */
  readonly ranges?: readonly TimeRange[];
}

/** A commit: `seq` and `committedAt` (platform clock) grow strictly within a view's generation. */
export interface Commit {
  readonly id: bigint;
  readonly seq: bigint;
  readonly committedAt: EpochMicros;
  readonly rows: number;
  readonly rejectedRows: number;
}

/** A range that is materialized in a store. */
export interface LiveRange {
  readonly range: TimeRange;
  readonly commitSeq: bigint;
  readonly jobId: string;
  readonly sourceFingerprint: string;
}

/** A file and which of its rows count. */
export interface LiveFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly minTime: EpochMicros | null;
  readonly maxTime: EpochMicros | null;
  readonly sha256: string | null;
  /** Deletions of keys up to this one have been carried out in it. */
  readonly deletionId: bigint;
  readonly commitSeq: bigint;
  /** The range of the job that wrote it. */
  readonly jobRange: TimeRange;
  /** The parts of that range that no later commit has replaced: sorted, disjoint; rows elsewhere do not count. */
  readonly live: readonly TimeRange[];
}

/** The files of a store at a commit. */
export interface Snapshot {
  /** The newest commit it knows of; 0 before the first. */
  readonly commitSeq: bigint;
  /** By commit, then path; files without a live row are left out as far as their times tell. */
  readonly files: readonly LiveFile[];
}

/** Which commit to read at; without `atSeq` or `asOf` the newest. */
export interface LedgerTime {
  readonly atSeq?: bigint;
  /** TIME T14: as committed at or before this instant. */
  readonly asOf?: EpochMicros;
}

/** Which state of a store to read. */
export interface SnapshotOptions extends LedgerTime {
  readonly store: Store;
}

/** A part of a snapshot. */
export interface FilesOfRangeOptions extends SnapshotOptions {
  readonly range: TimeRange;
}

/** A view's generation with what its ledger has reached. */
export interface GenerationState extends ViewGeneration {
  /** 0 before the first commit. */
  readonly lastCommitSeq: bigint;
  /** TIME T12, as the last push left it; `null` before. */
  readonly onlineEdge: EpochMicros | null;
}

/** What the online store must at least hold of a generation: less is lost data. */
export interface ExpectedOnline {
  /** Of the last push that is known to be complete; 0 before the first. Pushes complete in the order of their commits. */
  readonly expectedSeq: bigint;
  /** The greatest stamp under which deleted keys are known to be hidden (TIME T17); 0 before the first. */
  readonly expectedHidden: bigint;
}

/** The range ledger: what is materialized where, and in which files. */
export interface Ledger {
  /** Sorted by time, disjoint: what is materialized, or was as of a commit (TIME T14). */
  ranges(generationId: number, store: Store, at?: LedgerTime): Promise<LiveRange[]>;
  /** Sorted by time, disjoint: what active jobs have reserved. */
  reservations(generationId: number, store: Store): Promise<{ range: TimeRange; jobId: string }[]>;
  snapshot(generationId: number, options: SnapshotOptions): Promise<Snapshot>;
  /** The files of a snapshot that have live rows in a range; their `live` parts lie within it. */
  filesOfRange(generationId: number, options: FilesOfRangeOptions): Promise<Snapshot>;
  /** The files of one commit in full, live or not: what its push writes. */
  filesOfCommit(commitId: bigint): Promise<LiveFile[]>;
  /**
   * The files of commits that overlap a range and whose push to the online store was given up half-way: what
   * they have left online belongs to no live range, and the next push of the range takes it away.
   */
  abandonedFiles(generationId: number, range: TimeRange): Promise<LiveFile[]>;
  /** Of each generation of a workspace that is not retired. */
  expectedOnline(workspaceId: number): Promise<ReadonlyMap<number, ExpectedOnline>>;
  /** Throws `NOT_FOUND`. */
  generation(generationId: number): Promise<GenerationState>;
}
