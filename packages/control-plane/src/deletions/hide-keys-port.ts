import type { CompiledView, DeletedKeys } from "@tesela/core";

/** The generation of a view in the online store. */
export interface HiddenTarget {
  readonly workspaceId: number;
  readonly generation: number;
  readonly view: CompiledView;
}

/** Tells the online store to hide deleted keys; it does once this returns. Throws `UNAVAILABLE` or `TIMEOUT`. */
export type HideKeys = (target: HiddenTarget, deleted: DeletedKeys) => Promise<void>;
