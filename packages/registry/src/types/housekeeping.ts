import type { HousekeepingType, TimeRange } from "@tesela/core";
import type { Job } from "./job.ts";
import type { NewFile } from "./ledger.ts";

/** What housekeeping goes by; a job keeps that of the time when it was made. */
export interface HousekeepingPolicy {
  /** How long snapshots can be read (TIME T14) once a newer commit has come, by the platform clock. */
  readonly snapshotRetentionMs: number;
  /** How long after a view was recreated or deleted its online data go. */
  readonly cleanupGraceMs: number;
  /** Files of at most so many bytes are merged. */
  readonly smallFileBytes: number;
  /** A merged file is made of at most so many bytes. */
  readonly mergedFileBytes: number;
  /** So many files at least are worth a merge. */
  readonly leastFiles: number;
}

/** What a housekeeping job is about. */
export interface HousekeepingTarget {
  readonly type: HousekeepingType;
  readonly workspaceId: number;
  readonly generationId: number;
  readonly view: string;
}

/** What there is to do. */
export interface PlannedWork extends HousekeepingTarget {
  /** Files that are merged, removed, or read; 0 for a clean-up, which removes what is online. */
  readonly files: number;
  readonly bytes: number;
}

/** Which work to look for. */
export interface HousekeepingFilter {
  readonly types: readonly HousekeepingType[];
  readonly workspaceId?: number;
  readonly view?: string;
}

/** How many files, of how many bytes. */
export interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

/** What a housekeeping job has done, by what it counts. */
export type HousekeepingReport = Readonly<Record<string, number>>;

/** Live rows of a commit that a file holds. */
export interface LivePart {
  readonly commitId: bigint;
  readonly during: TimeRange;
}

/** A current file with live rows. */
export interface CurrentFile {
  readonly id: bigint;
  readonly path: string;
  readonly bytes: number;
  /** Sorted by time, of each commit disjoint. */
  readonly parts: readonly LivePart[];
  /** The last deletion that was carried out in it: files that differ in this are not merged. */
  readonly deletionId: bigint;
  /** Whether a push may still have to know it in full. */
  readonly isPending: boolean;
}

/** Files that are merged into one, in the order of their times. */
export type MergeGroup = readonly CurrentFile[];

/** A merge that is done: its file, `null` where no live row was left. */
export interface DoneMerge {
  readonly group: MergeGroup;
  readonly file: NewFile | null;
}

/** A file that nothing needs and no reader can find any more. */
export interface RemovableFile {
  readonly id: bigint;
  readonly path: string;
  readonly bytes: number;
}

/** A file of the offline store, and the attempt whose folder it lies in. */
export interface FoundFile {
  readonly path: string;
  readonly attemptId: string;
}

/** A view whose online data can be checked: nobody is at work on them. */
export interface OnlineState {
  readonly generationId: number;
  readonly workspaceId: number;
  /** The last commit, or of a stream view the last push that has begun: with the next one the state is not that any more. */
  readonly lastSeq: bigint;
  /** What its marker has at least, unless the online store has lost data. */
  readonly expectedSeq: bigint;
  /** The stamp under which it has hidden deleted keys at least. */
  readonly expectedHidden: bigint;
}

/** How often housekeeping of a kind is worth a look at a view. */
export type HousekeepingIntervals = Readonly<Record<HousekeepingType, number>>;

/** Keeps files and online data in order. All that takes an attempt throws `FENCED` when it is not the one that runs. */
export interface Housekeeping {
  /**
   * Notes that a task reads snapshots of a generation, before it looks for their files: until the task's own lease
   * ends, none of them is removed.
   */
  pin(taskId: string, generationId: number): Promise<void>;
  /** What there is to do now; orphaned files are not looked for here. */
  plan(filter: HousekeepingFilter, policy: HousekeepingPolicy): Promise<PlannedWork[]>;
  /** The same without what is being done or was begun less than an interval (milliseconds) ago; with what may be orphaned. */
  due(policy: HousekeepingPolicy, intervals: HousekeepingIntervals): Promise<HousekeepingTarget[]>;
  /** The views whose online data were found lacking, and no job loads anew or began to an interval ago. */
  lost(intervals: HousekeepingIntervals): Promise<HousekeepingTarget[]>;
  /** Makes a job, or gives the one of this type that is not final. Throws `CONFLICT` for a retired view that must be read. */
  request(
    target: HousekeepingTarget,
    policy: HousekeepingPolicy,
    by: { readonly requestedBy: string; readonly trigger: "manual" | "system" },
  ): Promise<Job>;
  /** What a job was made with. */
  policyOf(jobId: string): Promise<HousekeepingPolicy>;
  /** What a job has done; `null` before its end. */
  reportOf(jobId: string): Promise<HousekeepingReport | null>;

  /** The groups of small files that are worth a merge, all of a view. */
  merges(generationId: number, policy: HousekeepingPolicy): Promise<MergeGroup[]>;
  /** Swaps the files of all groups at once. Throws `UNAVAILABLE`, to be tried again, when one is not current any more. */
  mergeFiles(attemptId: string, fence: number, merges: readonly DoneMerge[]): Promise<void>;

  /** Gives up snapshots that are past their retention, and dooms files that no other one needs. */
  doom(attemptId: string, fence: number, policy: HousekeepingPolicy): Promise<FileCount>;
  /** Doomed files of a generation whose every possible reader has ended. */
  removable(generationId: number): Promise<RemovableFile[]>;
  /** Forgets files; they have been removed. */
  forget(fileIds: readonly bigint[]): Promise<void>;
  /** Those files that no ledger names and whose attempt has ended. */
  orphans(found: readonly FoundFile[]): Promise<string[]>;

  /** Whether a generation is retired, and has been for as long as its clean-up waits. */
  mayClean(attemptId: string, fence: number, policy: HousekeepingPolicy): Promise<boolean>;
  /** Notes that nothing of a retired generation is online any more. */
  noteCleaned(generationId: number): Promise<void>;

  /** The views whose markers can be checked. */
  onlineStates(): Promise<OnlineState[]>;
  /** Notes that the online store has less than it should, unless a job has worked on it since. */
  noteLoss(state: OnlineState): Promise<boolean>;

  /** Ends a job that has no commit with success. */
  finish(attemptId: string, fence: number, report: HousekeepingReport): Promise<Job>;
  /** Notes what a job has done so far; its end follows. */
  note(jobId: string, report: HousekeepingReport): Promise<void>;
  /** Whether it is this process's turn: somebody's once in every interval. */
  takeTurn(name: string, intervalMs: number): Promise<boolean>;
}
