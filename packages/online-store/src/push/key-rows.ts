import type { CompiledView, EpochMicros, KeyValue } from "@tesela/core";
import type { OnlineStore } from "../store/port.ts";
import type { Cell } from "../value/cell-codec.ts";

/** A stored row of a key: its event time or tile start, and its cells in the layout's order. */
export interface StoredRow {
  readonly time: EpochMicros;
  readonly cells: readonly Cell[];
}

/** All rows that a commit has for a key; none where the commit only removes. */
export interface KeyRows {
  readonly key: readonly KeyValue[];
  readonly rows: readonly StoredRow[];
}

/** Where a push goes. */
export interface PushTarget {
  readonly store: OnlineStore;
  readonly view: CompiledView;
  readonly workspaceId: number;
  readonly generation: number;
}

/** What ends a push early, and who is told of the keys pushed so far. */
export interface PushOptions {
  readonly signal?: AbortSignal;
  readonly onKeys?: (pushed: number) => void;
}
