import type { Definition, DefinitionKind, FeatureViewDefinition, ResolvedView } from "@tesela/core";

/** A namespace of declared objects; `revision` grows by one with every change that is applied. */
export interface Workspace {
  readonly id: number;
  readonly name: string;
  readonly revision: bigint;
}

/** One immutable version of a declared object. */
export interface StoredDefinition {
  readonly kind: DefinitionKind;
  readonly name: string;
  /** 1 for the first; grows by one with every change of this name, also after a deletion. */
  readonly version: number;
  readonly definition: Definition;
  readonly fingerprint: string;
  /** Views only, else `null`: what the check found out; as whoever applied the change gave it. */
  readonly resolved: ResolvedView | null;
  /** Views only, else `null`: whose data this version reads and writes. */
  readonly generationId: number | null;
  readonly createdAt: Date;
  /** `null` while this version is the current one. */
  readonly retiredAt: Date | null;
}

/** A version of a feature view. */
export interface StoredView extends StoredDefinition {
  readonly kind: FeatureViewDefinition["kind"];
  readonly definition: FeatureViewDefinition;
  readonly resolved: ResolvedView;
  readonly generationId: number;
}

/** All current objects of a workspace, and the revision at which they are. */
export interface WorkspaceState {
  readonly revision: bigint;
  /** Ordered by kind, then name. */
  readonly objects: readonly StoredDefinition[];
}

/** A life of a view: its data are kept apart from those before a recreate. */
export interface ViewGeneration {
  readonly id: number;
  readonly workspaceId: number;
  readonly viewName: string;
  /** 1 for the first; grows by one with every recreate, also after a deletion. */
  readonly number: number;
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
}

/** What an object becomes: `update` keeps a view's generation, `recreate` starts a new one. */
export interface Put {
  readonly action: "create" | "update" | "recreate";
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly definition: Definition;
  readonly fingerprint: string;
  /** For views; `null` for other kinds. */
  readonly resolved: ResolvedView | null;
}

/** The end of an object; its history stays. */
export interface Delete {
  readonly action: "delete";
  readonly kind: DefinitionKind;
  readonly name: string;
}

/** One change of a plan. */
export type Change = Put | Delete;

/** Workspaces by name. */
export interface Workspaces {
  /** Creates the workspace unless it exists. Throws `VALIDATION` on a bad name. */
  ensure(name: string): Promise<Workspace>;
  /** Throws `NOT_FOUND` naming the workspaces that exist. */
  get(name: string): Promise<Workspace>;
  /** By name. */
  list(): Promise<Workspace[]>;
}

/** Declared objects: immutable versions of which at most one per (kind, name) is current. */
export interface Definitions {
  /** Throws `NOT_FOUND`. */
  current(workspaceId: number): Promise<WorkspaceState>;
  /** All versions, the newest first; empty for a name never seen. */
  history(workspaceId: number, kind: DefinitionKind, name: string): Promise<StoredDefinition[]>;
  /**
   * All changes in the given order, or none. Throws `PLAN_STALE` when the workspace is no longer at `baseRevision`, `NOT_FOUND`
   * and `CONFLICT` when a change does not fit what is there. Open jobs of a view that is recreated or deleted
   * end, and what they had reserved is free again.
   */
  applyChanges(
    workspaceId: number,
    baseRevision: bigint,
    changes: readonly Change[],
  ): Promise<WorkspaceState>;
}
