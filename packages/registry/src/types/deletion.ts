import type { DeletedKeys, EpochMicros, JoinKey, KeyValue } from "@tesela/core";
import type { Job } from "./job.ts";
import type { NewFile, Store } from "./ledger.ts";

/** Keys to delete; all is checked but whether the view is still the same. */
export interface DeletionCommand {
  readonly workspaceId: number;
  readonly generationId: number;
  readonly view: string;
  readonly joinKeys: readonly JoinKey[];
  /** Full keys, values in the order of the join keys; a key that stands twice counts once. */
  readonly keys: readonly (readonly KeyValue[])[];
  readonly online: boolean;
  readonly offline: boolean;
  readonly requestedBy: string;
}

/** A deletion of keys (TIME T17). */
export interface Deletion {
  /** Later ones have greater ids. */
  readonly id: bigint;
  readonly view: string;
  /** Rows of its keys before this instant are hidden for good. */
  readonly at: EpochMicros;
  readonly keyCount: number;
  readonly online: boolean;
  readonly offline: boolean;
  readonly requestedBy: string;
  readonly createdAt: Date;
  /** One for each store, and those that the platform has made since; the oldest first. */
  readonly jobs: readonly Job[];
}

/** Whose deleted keys: deletions belong to the view's name and its join keys, and outlive its generations. */
export interface DeletedOf {
  readonly workspaceId: number;
  readonly viewName: string;
  readonly joinKeys: readonly JoinKey[];
  readonly store: Store;
}

/** A file that may still hold rows of deleted keys. */
export interface UncleanFile {
  readonly id: bigint;
  readonly generationId: number;
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  /** Deletions up to this one have been carried out in it. */
  readonly deletionId: bigint;
}

/** Deletions of keys, for good and on every path (TIME T17). */
export interface Deletions {
  /**
   * Records the deletion as of the platform clock and makes its jobs: from now on reads of history hide the keys.
   * Throws `CONFLICT` when the view was recreated or deleted.
   */
  create(command: DeletionCommand): Promise<Deletion>;
  /**
   * The keys that a store hides and that a file may still hold in which deletions up to one were carried out; all
   * unless told. Deletions online alone are carried out in no file.
   */
  keys(of: DeletedOf, after?: bigint): Promise<DeletedKeys>;
  /** Which of some keys a store hides. */
  keysAmong(of: DeletedOf, keys: readonly (readonly KeyValue[])[]): Promise<DeletedKeys>;
  /** Takes events of deleted keys, from before their deletion, out of the log of what was pushed into a stream view. */
  removeEvents(generationId: number, deleted: DeletedKeys): Promise<void>;
  /** The keys of a deletion, each with the latest instant at which it was deleted online. */
  onlineKeys(id: bigint, joinKeys: readonly JoinKey[]): Promise<DeletedKeys>;
  /** The deletions of a view, or of all, the newest first. */
  list(workspaceId: number, filter: { readonly view?: string; readonly limit: number }): Promise<Deletion[]>;
  /** Offline deletions of a view's name after one, whatever its join keys were then: one entry for each set of them. */
  keysOfView(workspaceId: number, viewName: string, after: bigint): Promise<readonly DeletedKeys[]>;
  /** The id of the newest offline deletion of a view's name; 0 before the first. */
  newest(workspaceId: number, viewName: string): Promise<bigint>;
  /** Files of all generations of a view in which deletions have not been carried out, a hundred at most. */
  uncleanFiles(workspaceId: number, viewName: string): Promise<UncleanFile[]>;
  /**
   * Notes that the deletions up to one have been carried out in a file; `null` instead of a file says that no row
   * was to go, `"empty"` that none was left. Throws `UNAVAILABLE` when the file was replaced meanwhile.
   */
  clean(file: UncleanFile, by: NewFile | "empty" | null, deletionId: bigint): Promise<void>;
  /** How many files of a view that may hold its keys were replaced and are not removed yet. */
  countReplaced(workspaceId: number, viewName: string, deletionId: bigint): Promise<number>;
  /** For each file of a view, by path, the deletion up to which they were carried out in it. */
  fileDeletions(workspaceId: number, viewName: string): Promise<ReadonlyMap<string, bigint>>;
  /** The generations of a view's name, the current one too. */
  generationsOf(workspaceId: number, viewName: string): Promise<number[]>;
  /** A stamp greater than every one before: who has it was asked for it after what they have seen. */
  nextStamp(): Promise<bigint>;
  /** Notes that the online store says of a generation that keys are hidden under a stamp; a greater one stays. */
  noteHidden(generationId: number, stamp: bigint): Promise<void>;
  /** Whether a push of a commit from before a deletion is still owed. */
  isPushOwed(generationId: number, deletionId: bigint): Promise<boolean>;
}
