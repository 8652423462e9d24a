import {
  compileView,
  parseInstant,
  repositoryOf,
  type BatchFeatureViewDefinition,
  type CompiledView,
  type FeatureDefinition,
} from "@tesela/core";
import { expect, test } from "vitest";
import type { AttributeEntry } from "../value/attribute-value.ts";
import { levelsOf, type AggregateShape } from "../value/levels.ts";
import { decodeTiles, encodeTiles } from "../value/tile-value.ts";
import { mergeAttributes, type PushScope } from "./merge-attributes.ts";
import type { StoredRow } from "./key-rows.ts";
import { tileWrites, touchedChunks, type TileScope } from "./tile-writes.ts";

const day = (number: number): ReturnType<typeof parseInstant> =>
  parseInstant(`2024-01-${String(number).padStart(2, "0")}T00:00:00Z`);

function compiled(
  features: readonly FeatureDefinition[],
  extra: Partial<BatchFeatureViewDefinition>,
): CompiledView {
  const view: BatchFeatureViewDefinition = {
    kind: "batchFeatureView",
    name: "v",
    entities: ["e"],
    sources: [{ parameter: "s", source: "s" }],
    transform: { sql: "select * from s" },
    timestampField: "ts",
    features,
    batchSchedule: "1d",
    featureStartTime: "2024-01-02T00:00:00Z",
    online: true,
    offline: true,
    ...extra,
  };
  const batch = { format: "parquet", path: "s", timestampField: "ts", dataDelay: "0s" } as const;
  const repository = repositoryOf([
    { kind: "entity", name: "e", joinKeys: [{ name: "k", type: "int64" }] },
    { kind: "batchSource", name: "s", batch },
    view,
  ]);
  const columns = [{ name: "v", duckdbType: "DOUBLE", type: "float64" as const }];
  return compileView(view, repository, { columns, normalizedSql: "", parsedForm: "" });
}

const attributes = compiled([{ kind: "attribute", name: "v", type: "float64" }], {});
const entry = (at: number, commitSeq: number): AttributeEntry => {
  return { eventTime: day(at), commitSeq: BigInt(commitSeq), cells: [at] };
};
const scope = (
  commitSeq: number,
  from: number,
  to: number,
  before: number | null,
  after: number,
): PushScope => ({
  commitSeq: BigInt(commitSeq),
  range: { start: day(from), end: day(to) },
  edgeBefore: before === null ? null : day(before),
  edgeAfter: day(after),
});

test("TIME T12: the row served at the edge before stays beside the one that waits for the edge to move", () => {
  const merged = mergeAttributes(attributes, scope(2, 3, 4, 3, 4), [entry(2, 1)], [entry(3, 2)]);
  expect(merged).toEqual([entry(2, 1), entry(3, 2)]);
});

test("rows that no bound from the edge before on can ask for are dropped", () => {
  const merged = mergeAttributes(attributes, scope(3, 4, 5, 4, 5), [entry(2, 1), entry(3, 2)], [entry(4, 3)]);
  expect(merged).toEqual([entry(3, 2), entry(4, 3)]);
});

test("an overwrite that removes the newest row brings the earlier one back", () => {
  const merged = mergeAttributes(attributes, scope(3, 3, 4, 4, 4), [entry(3, 2)], [entry(2, 3)]);
  expect(merged).toEqual([entry(2, 3)]);
});

test("a push that is repeated changes nothing, and a row of a later commit stays", () => {
  const push = scope(2, 3, 4, 4, 4);
  expect(mergeAttributes(attributes, push, [entry(3, 2)], [entry(3, 2)])).toEqual([entry(3, 2)]);
  expect(mergeAttributes(attributes, push, [entry(3, 5)], [entry(3, 2)])).toEqual([entry(3, 5)]);
});

test("TIME T7: a row whose ttl is over at the oldest bound is dropped", () => {
  const view = compiled([{ kind: "attribute", name: "v", type: "float64" }], { ttl: "1d" });
  expect(mergeAttributes(view, scope(9, 8, 9, 8, 9), [entry(2, 1)], [])).toEqual([]);
});

const shapeOf = (view: CompiledView): AggregateShape => {
  if (view.shape.kind !== "aggregates") throw new Error("expected aggregates");
  return view.shape;
};

const counts = (size: string): CompiledView => {
  const window = { kind: "sliding", size, offset: "0s" } as const;
  return compiled([{ kind: "aggregate", name: "c", function: "count", column: "v", window }], {
    aggregationInterval: "6h",
  });
};

/** The tiles of a chunk after a push, as `slot: count`. */
function written(
  view: CompiledView,
  scope: TileScope,
  stored: readonly (Uint8Array | null)[],
  rows: readonly StoredRow[],
): string[] {
  const shape = shapeOf(view);
  const levels = levelsOf(view, shape);
  const chunks = touchedChunks(levels, [day(5)]);
  const types = shape.partials.map(({ type }) => type);
  return tileWrites(shape, levels, scope, chunks, stored, rows).map(({ chunk, value }) => {
    const tiles = decodeTiles(value, types).map(({ slot, partials }) => `${slot}: ${String(partials[0])}`);
    return `level ${chunk.level}, ${tiles.join(", ")}`;
  });
}

const storedDay = encodeTiles(
  1n,
  ["int64"],
  [0, 1, 2, 3].map((slot) => ({ slot, partials: [1n] })),
);
const evening = parseInstant("2024-01-05T18:00:00Z");
const isReplaced: TileScope["isReplaced"] = (at) => at >= parseInstant("2024-01-05T12:00:00Z") && at < day(6);

test("tiles of the replaced range go, tiles beside it stay, too old ones go", () => {
  const rows = [{ time: evening, cells: [7n] }];
  const push = { stamp: 2n, isReplaced, oldest: day(5) };
  expect(written(counts("1d"), push, [storedDay], rows)).toEqual(["level 0, 0: 1, 1: 1, 3: 7"]);
  expect(written(counts("1d"), { ...push, oldest: day(7) }, [storedDay], [])).toEqual(["level 0, "]);
});

test("a coarser tile is what its chunk of finer tiles comes to, beside those of other days", () => {
  const rows = [{ time: evening, cells: [7n] }];
  const push = { stamp: 2n, isReplaced, oldest: null };
  const month = encodeTiles(
    1n,
    ["int64"],
    [
      { slot: 15, partials: [5n] },
      { slot: 16, partials: [4n] },
    ],
  );
  expect(written(counts("7d"), push, [storedDay, month], rows)).toEqual([
    "level 0, 0: 1, 1: 1, 3: 7",
    "level 1, 15: 9, 16: 4",
  ]);
});
