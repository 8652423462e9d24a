/** A plan to keep: what would change, worked out at a revision of the workspace. */
export interface NewPlan {
  readonly workspaceId: number;
  readonly baseRevision: bigint;
  /** JSON; what it means is the caller's. */
  readonly body: unknown;
  readonly createdBy: string;
  readonly ttlMs: number;
}

/** A stored plan. */
export interface Plan {
  readonly id: string;
  readonly workspaceId: number;
  readonly baseRevision: bigint;
  readonly body: unknown;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly appliedAt: Date | null;
}

/** Plans wait here between `plan` and `apply`. */
export interface Plans {
  /** The plan's id. */
  save(plan: NewPlan): Promise<string>;
  /** Throws `NOT_FOUND`, and `EXPIRED` once its time is over. */
  get(workspaceId: number, planId: string): Promise<Plan>;
  /** A plan is applied once: throws `CONFLICT` the second time, `NOT_FOUND` for an unknown id. */
  markApplied(planId: string): Promise<void>;
}
