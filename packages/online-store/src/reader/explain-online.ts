import {
  micros,
  servedBound,
  startBound,
  bound as boundOf,
  type EpochMicros,
  type KeyValue,
} from "@tesela/core";
import { decodeTombstone, TOMBSTONE } from "../deletion/tombstone.ts";
import type { ChunkAddress, OnlineStore, ViewReadResult } from "../store/port.ts";
import { decodeAttributes } from "../value/attribute-value.ts";
import { ATTRIBUTES, layoutOf } from "../value/layout.ts";
import { chunkStart, storedLevels, type Level } from "../value/levels.ts";
import { decodeTiles } from "../value/tile-value.ts";
import { planTileRead } from "./tile-read.ts";
import { entityKey, type ServedView } from "./served-view.ts";

/** What the online store holds of a key for an answer. */
export interface OnlineExplanation {
  readonly bound: EpochMicros | null;
  readonly edge: EpochMicros | null;
  readonly commitSeq: bigint | null;
  /** Rows, or tiles of every resolution that the answer needs. */
  readonly stored: number;
  /** Event time of the newest stored row before the bound, or start of the newest tile. */
  readonly newest: EpochMicros | null;
  readonly deletedBefore: EpochMicros | null;
}

/** Reads what the answer of a key at an instant is made of. */
export async function explainOnline(
  store: Pick<OnlineStore, "read">,
  served: ServedView,
  key: readonly KeyValue[],
  now: EpochMicros,
): Promise<OnlineExplanation> {
  const { view, workspaceId, generation } = served;
  const entity = { generation, key: entityKey(workspaceId, view, key) };
  const { kind } = layoutOf(view);
  const [first] = await store.read([{ ...entity, kind, chunks: [] }]);
  const { marker } = first!;
  const markerEdge = marker === null || marker.edge === null ? null : micros(marker.edge);
  const edge = view.kind === "batch" ? markerEdge : now;
  const bound = view.kind === "batch" ? servedBound(view.time, now, markerEdge) : boundOf(view.time, now);
  const levels = view.shape.kind === "attributes" ? [] : storedLevels(view, view.shape, marker);
  const chunks = chunksFor(served, levels, bound);
  const [values, beside] = await store.read([
    { ...entity, kind, chunks },
    { ...entity, kind, chunks: [TOMBSTONE] },
  ]);
  const times = timesOf(served, { levels, chunks, values: values!.values });
  const before = times.filter((time) => bound !== null && time < bound);
  return {
    bound,
    edge,
    commitSeq: marker?.commitSeq ?? null,
    stored: times.length,
    newest: before.reduce<EpochMicros | null>(
      (most, time) => (most === null || time > most ? time : most),
      null,
    ),
    deletedBefore: decodeTombstone(beside!.values[0] ?? null)?.before ?? null,
  };
}

function chunksFor(
  { view }: ServedView,
  levels: readonly Level[],
  bound: EpochMicros | null,
): readonly ChunkAddress[] {
  if (view.shape.kind === "attributes") return [ATTRIBUTES];
  if (bound === null || bound < startBound(view.time)) return [];
  return planTileRead(view.shape, levels, bound).chunks;
}

interface Stored {
  readonly levels: readonly Level[];
  readonly chunks: readonly ChunkAddress[];
  readonly values: ViewReadResult["values"];
}

/** Event times of rows, starts of tiles. */
function timesOf({ view }: ServedView, { levels, chunks, values }: Stored): readonly EpochMicros[] {
  const { types } = layoutOf(view);
  if (view.shape.kind === "attributes")
    return decodeAttributes(values[0] ?? null, types).map(({ eventTime }) => eventTime);
  return chunks.flatMap((chunk, index) => {
    const level = levels.find((one) => one.level === chunk.level)!;
    const start = chunkStart(level, chunk);
    return decodeTiles(values[index] ?? null, types).map(({ slot }) =>
      micros(start + BigInt(slot) * level.interval),
    );
  });
}
