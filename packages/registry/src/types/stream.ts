import type { EpochMicros, TimeRange } from "@tesela/core";

/** An event of a feature view: a row that its transformation gave. */
export interface StreamEvent {
  /** The canonical bytes of its join keys. */
  readonly key: Uint8Array;
  /** The start of the tile that holds it; where the view has none, its time. */
  readonly slot: EpochMicros;
  readonly time: EpochMicros;
  /** The row; what the bytes mean is the caller's. */
  readonly event: Uint8Array;
}

/** What one request brings: for each view its events; all of it or nothing. */
export interface NewStreamBatch {
  readonly workspaceId: number;
  /** The same key is the same request: it is appended once. */
  readonly idempotencyKey: string;
  /** Of the request's content: another one under the same key is `CONFLICT`. */
  readonly digest: string;
  /** JSON; what a repetition of the request is answered with. */
  readonly result: unknown;
  readonly views: readonly { readonly generationId: number; readonly events: readonly StreamEvent[] }[];
}

/** What a generation has been pushed. */
export interface StreamState {
  readonly appendedSeq: bigint;
  readonly appliedSeq: bigint;
  readonly appliedStamp: bigint;
  readonly logged: readonly TimeRange[];
  readonly isDirty: boolean;
}

/** A key and a slot of it. */
export interface StreamSlot {
  readonly key: Uint8Array;
  readonly slot: EpochMicros;
}

/** What a turn has brought to the online store. */
export interface StreamApplied {
  readonly stamp: bigint;
  readonly appliedSeq: bigint;
  readonly logged: readonly TimeRange[];
}

/** The only writer of a generation's online values, for as long as its turn lasts. */
export interface StreamTurn {
  readonly state: StreamState;
  /** Gives a stamp greater than every one before it, for good; `isDirty` until `applied` if told. */
  nextStamp(isDirty: boolean): Promise<bigint>;
  /** Which slots events after `appliedSeq` have touched, without those from the batch log; a page after another. */
  pendingSlots(after: StreamSlot | null, limit: number): Promise<StreamSlot[]>;
  /** All events of slots, without those from the batch log. */
  eventsOf(slots: readonly StreamSlot[]): Promise<StreamEvent[]>;
  /** All events outside some ranges, or all inside; a page after another by the id of its last event. */
  events(
    where: { readonly outside: readonly TimeRange[] } | { readonly inside: readonly TimeRange[] },
    after: bigint,
    limit: number,
  ): Promise<{ readonly events: StreamEvent[]; readonly last: bigint }>;
  /** Notes what the online store now holds, all of it. */
  applied(done: StreamApplied): Promise<void>;
}

/** The durable log of what was pushed into streams. */
export interface Streams {
  /**
   * Appends a request, in the order of its views' other requests. A repeated one appends nothing and gives the
   * result of the first. Throws `CONFLICT` for another request under the same key.
   */
  append(batch: NewStreamBatch): Promise<{ readonly isRepeated: boolean; readonly result: unknown }>;
  /** The result of a request that was appended, or `null`. Throws `CONFLICT` as `append` does. */
  known(workspaceId: number, idempotencyKey: string, digest: string): Promise<unknown>;
  /** Runs `work` when no other turn of the generation runs. Throws `UNAVAILABLE` when that takes too long. */
  takeTurn<T>(generationId: number, work: (turn: StreamTurn) => Promise<T>, signal?: AbortSignal): Promise<T>;
}
