import type { PartsAddress } from "./parts.ts";

/** How a worker of these tests is started. */
export interface WorkerConfig extends PartsAddress {
  readonly sourceRoots: readonly string[];
  readonly tempRoot: string;
  readonly leaseMs: number;
  readonly memoryBytes: number;
  readonly threads: number;
  /** Where it dies, such as `after-put:kill`. */
  readonly failpoint?: string;
}
