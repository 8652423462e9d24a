import { DuckDBInstance, DuckDBListValue, type DuckDBConnection } from "@duckdb/node-api";
import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AggregateName, PartialValue } from "../aggregation/aggregate.ts";
import { expectSame } from "../aggregation/testing/laws.ts";
import type { CompiledView } from "../definition/compile.ts";
import type { AggregateDefinition } from "../definition/definition.ts";
import { id } from "../sql/quote.ts";
import { micros } from "../time/instant.ts";
import { windowRange } from "../time/law.ts";
import { viewOf } from "./testing/views.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowSlots } from "./window-slots.ts";
import { windowTreeSql } from "./window-tree.ts";

const names = { index: 0, probes: id("probes"), stored: id("tiles"), matches: id("matches") };

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

function aggregateOf(fn: AggregateName, size: string | null, offset = "0s"): AggregateDefinition {
  return {
    kind: "aggregate",
    name: `${fn}_${size}_${offset}`,
    function: fn,
    column: "v",
    window: size === null ? { kind: "lifetime" } : { kind: "sliding", size, offset },
    ...(fn === "last" ? { n: 3 } : {}),
    ...(fn === "approxPercentile" ? { percentile: 0.5 } : {}),
  };
}

const features = [
  aggregateOf("last", "1d"),
  aggregateOf("last", "3d"),
  aggregateOf("varPop", "3d"),
  aggregateOf("approxPercentile", "2d", "-2d"),
  aggregateOf("last", null),
  aggregateOf("varPop", null),
];

/** A key, the grid point of its tile, and the values in it. */
type Tile = readonly [key: number, at: number, values: readonly bigint[]];

const tile: fc.Arbitrary<Tile> = fc.tuple(
  fc.constantFrom(1, 1, 1, 1, 2, 3),
  fc.integer({ min: -20, max: 60 }),
  fc.array(fc.bigInt({ min: -9n, max: 9n }), { maxLength: 3 }),
);
const tileSets = fc.uniqueArray(tile, { selector: ([key, at]) => `${key} ${at}`, maxLength: 60 });
const probeSets = fc.uniqueArray(
  fc.tuple(fc.constantFrom(1, 1, 2, 3, 4), fc.integer({ min: -30, max: 80 })),
  {
    selector: String,
    maxLength: 20,
  },
);

/** Tiles of a grid of a quarter of a day, or of microseconds of a day: rules of the same windows. */
test.each([
  [
    "tiles of 6 h, from before 1970 on",
    21_600_000_000n,
    viewOf(features, { featureStartTime: "1970-01-02" }),
  ],
  [
    "tiles of 1 µs, 17 h and a bit apart",
    61_234_567_891n,
    viewOf(features, { featureStartTime: "1969-12-20" }),
  ],
])("T4 a window is the merge of its tiles in order of time: %s", async (_, grid, view) => {
  expect.hasAssertions();
  const shape = view.shape as AggregateShape;
  const slots = windowSlots(shape);
  const property = fc.asyncProperty(tileSets, probeSets, async (tiles, probes) => {
    await load(shape, tiles, probes, grid);
    const columns = ["k", "__bound", ...slots.map(({ name }) => name)].map((name) => id(name).text);
    const reader = await connection.runAndReadAll(
      `select ${columns.join(", ")} from (${windowTreeSql(view, names, slots).text}) order by 1, 2`,
    );
    const found = reader.getRows().map((row) => row.map(plain));
    const sorted = probes.toSorted(([a, x], [b, y]) => a - b || x - y);
    expectSame(
      found,
      sorted.map(([key, at]) => [BigInt(key), BigInt(at) * grid, ...merges(view, tiles, grid, key, at)]),
    );
  });
  await fc.assert(property, { numRuns: 40, seed: SEED });
});

/** The oracle: every tile of the key that begins in the window, merged one after the other. */
function merges(
  view: CompiledView,
  tiles: readonly Tile[],
  grid: bigint,
  key: number,
  at: number,
): readonly PartialValue[] {
  const own = tiles.filter((one) => one[0] === key).toSorted((a, b) => a[1] - b[1]);
  return windowSlots(view.shape as AggregateShape).map(({ partial, window }) => {
    const { start, end } = windowRange(window, micros(BigInt(at) * grid));
    const inside = own.filter((one) => BigInt(one[1]) * grid >= start && BigInt(one[1]) * grid < end);
    return inside.flatMap((one) => one[2].map(partial.lift)).reduce(partial.merge, partial.empty);
  });
}

async function load(
  { partials }: AggregateShape,
  tiles: readonly Tile[],
  probes: readonly (readonly [number, number])[],
  grid: bigint,
): Promise<void> {
  const rows = tiles.flatMap(([key, at, values]) =>
    (values.length === 0 ? [null] : values).map(
      (value, place) => `(${key}, ${BigInt(at) * grid}, ${place}, ${value})`,
    ),
  );
  const lifted = partials.map((one) => `${one.liftSql(id("v"), id("place")).text} as ${id(one.name).text}`);
  await connection.run(`create or replace temp table tiles as
select k::bigint as k, micros::bigint as __at, ${lifted.join(", ")}
from (select k, micros, place, v::bigint as v
  from (values ${["(0, 0, 0, 0)", ...rows].join(", ")}) as rows(k, micros, place, v))
where k > 0
group by all`);
  const asked = probes.map(([key, at]) => `(${key}, ${BigInt(at) * grid})`);
  await connection.run(`create or replace temp table probes as
select k::bigint as k, micros::bigint as __bound
from (values ${["(0, 0)", ...asked].join(", ")}) as rows(k, micros)
where k > 0`);
}

function plain(value: unknown): unknown {
  return value instanceof DuckDBListValue ? [...value.items] : value;
}
