import type { PartsAddress } from "./parts.ts";

/** How a worker of these tests is started. */
export interface WorkerConfig extends PartsAddress {
  /** The folder that all others are in. */
  readonly root: string;
  readonly sourceRoots: readonly string[];
  readonly tempRoot: string;
  readonly leaseMs: number;
  readonly memoryBytes: number;
  readonly threads: number;
}
