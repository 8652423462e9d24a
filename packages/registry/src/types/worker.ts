/** What a worker process says of itself. */
export interface WorkerBeat {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Such as the queues it works. */
  readonly capabilities: readonly string[];
}

/** A worker and when it was last heard of. */
export interface WorkerRow extends WorkerBeat {
  readonly startedAt: Date;
  readonly beatAt: Date;
}

/** Which workers there are. */
export interface Workers {
  beat(worker: WorkerBeat): Promise<void>;
  /** Those heard of in the last `maxAgeMs`, by id. */
  alive(maxAgeMs: number): Promise<WorkerRow[]>;
  remove(id: string): Promise<void>;
}
