import { floor, micros, type CompiledView, type KeyValue } from "@tesela/core";
import { pushCommit, type KeyRows, type OnlineStore, type ServedView } from "@tesela/online-store";
import { NOW } from "./views.ts";

const WORKSPACE = 1;
const COMMIT = 1n;
const KEYS_PER_BATCH = 100;
const HOUR = 3_600_000_000n;
const DAY = 24n * HOUR;

/** The keys that are read: int64 past 2^32, as ids are. */
export function keyOf(index: number): readonly KeyValue[] {
  return [10_000_000_000n + BigInt(index)];
}

/** Pushes one row of attributes for so many keys, as a job does; gives the view as a reader takes it. */
export async function fillAttributes(
  store: OnlineStore,
  view: CompiledView,
  generation: number,
  keys: number,
): Promise<ServedView> {
  return fill(store, view, generation, keys, (index) => [
    { time: micros(NOW - 30n * HOUR), cells: attributesOf(view, index) },
  ]);
}

/** Pushes a tile of every interval of the last 31 days, of one event or of none by turns of the key's. */
export async function fillTiles(
  store: OnlineStore,
  view: CompiledView,
  generation: number,
  keys: number,
): Promise<ServedView> {
  const { shape } = view;
  if (shape.kind !== "aggregates") throw new Error(`${view.name} has no tiles`);
  const { interval, partials } = shape;
  const tiles = Number((31n * DAY) / interval);
  return fill(store, view, generation, keys, (index) =>
    Array.from({ length: tiles }, (_, tile) => {
      const amount = ((tile * 7919 + index * 104_729) % 100_003) / 100;
      return {
        time: micros(NOW - BigInt(tiles - tile) * interval),
        cells: partials.map(({ lift }) => lift(amount)),
      };
    }),
  );
}

function attributesOf({ shape }: CompiledView, index: number): KeyRows["rows"][number]["cells"] {
  if (shape.kind !== "attributes") throw new Error("the view has no attributes");
  return shape.features.map(({ type }, feature) => {
    const value = (index * 31 + feature * 104_729) % 1_000_003;
    return type === "int64" ? BigInt(value) : value / 64;
  });
}

async function fill(
  store: OnlineStore,
  view: CompiledView,
  generation: number,
  keys: number,
  rowsOf: (index: number) => KeyRows["rows"],
): Promise<ServedView> {
  const range = { start: micros(NOW - 31n * DAY), end: NOW };
  const edgeAfter = floor(NOW, view.time.schedule);
  const scope = { commitSeq: COMMIT, range, edgeBefore: null, edgeAfter };
  const target = { store, view, workspaceId: WORKSPACE, generation };
  const [begun] = await store.states([generation]);
  await pushCommit(target, { begun: begun!, scope, isOverwrite: false, batches: batches(keys, rowsOf) });
  return served(view, generation);
}

/** A view that was filled, as a reader takes it. */
export function served(view: CompiledView, generation: number): ServedView {
  return { view, workspaceId: WORKSPACE, generation, expectedSeq: COMMIT };
}

async function* batches(
  keys: number,
  rowsOf: (index: number) => KeyRows["rows"],
): AsyncGenerator<readonly KeyRows[]> {
  for (let start = 0; start < keys; start += KEYS_PER_BATCH) {
    const size = Math.min(KEYS_PER_BATCH, keys - start);
    yield Array.from({ length: size }, (_, at) => ({ key: keyOf(start + at), rows: rowsOf(start + at) }));
  }
}
