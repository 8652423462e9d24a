import { DuckDBInstance, DuckDBListValue, type DuckDBConnection } from "@duckdb/node-api";
import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PartialValue } from "../aggregation/aggregate.ts";
import { countPartial } from "../aggregation/count.ts";
import { max } from "../aggregation/max.ts";
import { min } from "../aggregation/min.ts";
import { momentsPartial, type Moments } from "../aggregation/moments.ts";
import { first, last } from "../aggregation/sequence.ts";
import { sumPartial } from "../aggregation/sum.ts";
import { id } from "../sql/quote.ts";
import type { Sql } from "../sql/sql.ts";
import { duration } from "../time/duration.ts";
import { micros } from "../time/instant.ts";
import { windowRange } from "../time/law.ts";
import type { Window } from "../time/view-time.ts";
import { aggregateOf, viewOf } from "./testing/views.ts";
import { windowDifferencesSql } from "./window-differences.ts";
import { windowEndsSql } from "./window-ends.ts";
import { windowFramesSql } from "./window-frames.ts";
import { windowMomentsSql } from "./window-moments.ts";
import { windowPrefixesSql } from "./window-prefixes.ts";
import type { WindowSlot } from "./window-slots.ts";

const DAY = 86_400_000_000n;
const view = viewOf([aggregateOf("a", "count", "1d")]);
const names = { index: 0, probes: id("probes"), stored: id("tiles"), matches: id("matches") };

const doubles = sumPartial("v", "float64");
const integers = sumPartial("i", "int64");
const count = countPartial("v");
const extremes = [...max.partials("v", "float64"), ...min.partials("v", "float64")];
const moments = momentsPartial("v");
const [lastTwo, firstTwo] = [last, first].map((family) => family.of({ n: 2 }).partials("v", "float64")[0]!);
const partials = [doubles, integers, count, ...extremes];

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

interface Tile {
  readonly key: number;
  readonly at: bigint;
  readonly double: number | null;
  readonly integer: bigint | null;
}

interface Probe {
  readonly key: number;
  readonly boundary: bigint;
}

async function load(tiles: readonly Tile[], probes: readonly Probe[]): Promise<void> {
  const tileLines = tiles.map(({ key, at, double, integer }) => {
    const value = double === null ? "null" : `'${Object.is(double, -0) ? "-0.0" : double}'::double`;
    return `(${key}, ${at}::bigint, ${value}, ${integer}, ${double === null ? 0 : 1})`;
  });
  await connection.run(`create or replace temp table tiles as
select k::bigint as k, a::bigint as __at, v::double as v__sum, i::decimal(38, 0) as i__sum,
  n::bigint as v__count, v::double as v__max, v::double as v__min,
  case when isfinite(v) then [1, v, 0] when v is not null then [1, 'nan'::double, 'nan'::double] end::double[] as v__moments,
  case when v is not null then [v::double] end as v__last_2, v__last_2 as v__first_2
from (values ${["(0, 0, null, null, null)", ...tileLines].join(", ")}) as rows(k, a, v, i, n)
where k > 0`);
  const probeLines = probes.map(({ key, boundary }) => `(${key}, ${boundary}::bigint)`);
  await connection.run(`create or replace temp table probes as
select k::bigint as k, b::bigint as __bound
from (values ${["(0, 0)", ...probeLines].join(", ")}) as rows(k, b)
where k > 0`);
}

function slotsFor(windows: readonly Window[], of = partials): readonly WindowSlot[] {
  return windows.flatMap((window, index) =>
    of.map((partial) => ({ name: `${partial.name}__${index}`, partial, window })),
  );
}

type Answers = ReadonlyMap<string, readonly unknown[]>;

async function answers(query: Sql, slots: readonly WindowSlot[]): Promise<Answers> {
  const columns = slots.map(({ name, partial }) => {
    return `${id(name).text}${partial.type.startsWith("float64") ? "" : "::hugeint"}`;
  });
  const reader = await connection.runAndReadAll(
    `select k, __bound, ${columns.join(", ")} from (${query.text})`,
  );
  const rows = reader
    .getRows()
    .map(([key, at, ...values]) => [`${key as bigint} ${at as bigint}`, values] as const);
  expect(new Set(rows.map(([probe]) => probe)).size).toBe(rows.length);
  return new Map(rows);
}

/** The oracle: the tiles in each window, merged one by one. */
function expected({ key, boundary }: Probe, tiles: readonly Tile[], slot: WindowSlot): PartialValue {
  const { start, end } = windowRange(slot.window, micros(boundary));
  const isInteger = slot.partial === integers;
  return tiles
    .filter((tile) => tile.key === key && tile.at >= start && tile.at < end)
    .toSorted((a, b) => Number(a.at - b.at))
    .map((tile) => slot.partial.lift(isInteger ? tile.integer : tile.double))
    .reduce(slot.partial.merge, slot.partial.empty);
}

/** TIME T6: equal to a billionth; a probe without any tile may be left out; no tile may be 0 or no count. */
function expectSame(found: unknown, wanted: PartialValue, what: string): void {
  if (wanted === null || wanted === 0n) {
    const allowed = [null, wanted].map((value) => ({ what, found: value }));
    return expect(allowed).toContainEqual({ what, found: found ?? null });
  }
  if (Array.isArray(wanted) && !what.startsWith("v__moments")) {
    return expectExactly(
      (found as DuckDBListValue).items.map((item) => (item as number) + 0),
      wanted.map((value: number) => value + 0),
      what,
    );
  }
  if (Array.isArray(wanted)) return expectSameMoments(found, wanted as unknown as Moments, what);
  if (typeof wanted !== "number") return expectExactly(found, wanted, what);
  if (!Number.isFinite(wanted)) return expectExactly(found, wanted, what);
  const tolerance = 1e-9 * Math.max(1, Math.abs(wanted));
  const isNear = Math.abs((found as number) - wanted) <= tolerance;
  expectExactly(isNear, true, `${what}: ${String(found)}, not ${wanted}`);
}

/** Names what differs when it does. */
function expectExactly(found: unknown, wanted: unknown, what: string): void {
  expect({ what, found }).toEqual({ what, found: wanted });
}

/** What `finalize` makes of moments: the number, and the variance, which is NaN when it is not finite. */
function expectSameMoments(found: unknown, [n, , m2]: Moments, what: string): void {
  expectExactly(found instanceof DuckDBListValue, true, what);
  const [foundN, , foundM2] = (found as DuckDBListValue).items as unknown as Moments;
  expectExactly(foundN, n, what);
  if (!Number.isFinite(m2)) return expectExactly(Number.isFinite(foundM2), false, what);
  expectSame(foundM2 / n, m2 / n, what);
}

function expectAnswers(
  found: Answers,
  tiles: readonly Tile[],
  probes: readonly Probe[],
  slots: readonly WindowSlot[],
): void {
  for (const probe of probes) {
    const row = found.get(`${probe.key} ${probe.boundary}`) ?? [];
    slots.forEach((slot, index) =>
      expectSame(row[index], expected(probe, tiles, slot), `${slot.name} of ${JSON.stringify(row, show)}`),
    );
  }
}

function show(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

const values = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -400, max: 400 }).map((cents) => cents / 100) },
  { weight: 1, arbitrary: fc.constant(null) },
  fc.constantFrom(0, -0, 1e17, 2 ** 40, 1e13, 1e-12, 5e-324, 1e300),
  fc.constantFrom(Number.NaN, Infinity, -Infinity),
);
const tile = fc.record({
  key: fc.integer({ min: 1, max: 3 }),
  at: fc.bigInt({ min: -6n, max: 8n }),
  double: values,
  integer: fc.option(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })),
});
const tileLists = fc.uniqueArray(tile, { selector: ({ key, at }) => `${key} ${at}`, maxLength: 24 });

/** Windows on a grid: plain, offset into the past, wider than all data, lifetime, lifetime not begun. */
function windowsOn(grid: bigint): readonly Window[] {
  const sliding = (size: bigint, offset: bigint): Window => {
    return { kind: "sliding", size: duration(size * grid), offset: duration(offset * grid) };
  };
  const lifetime = (start: bigint): Window => ({ kind: "lifetime", start: micros(start * grid) });
  return [sliding(1n, 0n), sliding(3n, 0n), sliding(2n, -2n), sliding(50n, 0n), lifetime(-2n), lifetime(6n)];
}

describe.each([
  ["a day", DAY],
  ["1 µs (continuous)", 1n],
])("on a grid of %s, before 1970 and after", (_, grid) => {
  const windows = windowsOn(grid);
  const probes = [1, 2, 3, 4].flatMap((key) =>
    Array.from({ length: 18 }, (_, step) => ({ key, boundary: BigInt(step - 7) * grid })),
  );

  test.each([
    ["differences", slotsFor(windows, [doubles, integers, count]), windowDifferencesSql],
    ["differences without a count", slotsFor(windows, [doubles, integers]), windowDifferencesSql],
    ["running totals of integers", slotsFor(windows, [integers, count]), windowPrefixesSql],
    ["frames", slotsFor(windows), windowFramesSql],
    ["moments", slotsFor(windows, [moments]), windowMomentsSql],
    ["the last two", slotsFor(windows, [lastTwo!]), windowEndsSql],
    ["the first two", slotsFor(windows, [firstTwo!]), windowEndsSql],
  ] as const)("T4, T6 %s give the merge of the tiles in each window", async (_, slots, plan) => {
    expect.hasAssertions();
    const property = fc.asyncProperty(tileLists, async (rows) => {
      const tiles = rows.map((row) => ({ ...row, at: row.at * grid }));
      await load(tiles, probes);
      expectAnswers(await answers(plan(view, names, slots), slots), tiles, probes, slots);
    });
    await fc.assert(property, { numRuns: 15, seed: SEED });
  });
});

describe("T6 sums of doubles do not remember what has left the window", () => {
  const window: Window = { kind: "sliding", size: duration(2n * DAY), offset: duration(0n) };
  const slots = slotsFor([window], [doubles, count]);
  const sumAfter = async (sequence: readonly number[]): Promise<unknown> => {
    const tiles = sequence.map((double, day) => ({ key: 1, at: BigInt(day) * DAY, double, integer: null }));
    const boundary = BigInt(sequence.length) * DAY;
    await load(tiles, [{ key: 1, boundary }]);
    return (await answers(windowDifferencesSql(view, names, slots), slots)).get(`1 ${boundary}`)![0];
  };

  test.each([1e17, 1e300, Number.NaN, Infinity, -Infinity, 2 ** 40, 1e12 / 3, 1e-300])(
    "%d, then 1.5 and 2.25: 3.75",
    async (first) => {
      expect(await sumAfter([first, 1.5, 2.25])).toBe(3.75);
    },
  );

  test("nor do a million tiles of 0.1 leave a trace", async () => {
    await connection.run(`create or replace temp table tiles as
select 1::bigint as k, day * ${DAY} as __at, 0.1::double as v__sum, 1::bigint as v__count
from range(1000000) as days(day)`);
    await connection.run(`create or replace temp table probes as
select 1::bigint as k, 1000000 * ${DAY} as __bound`);
    const found = await answers(windowDifferencesSql(view, names, slots), slots);
    expect(found.get(`1 ${1_000_000n * DAY}`)![0]).toBe(0.2);
  });

  test("small values keep their digits beside great ones", async () => {
    expect(await sumAfter([1e12, 1e-12, 2e-12])).toBeCloseTo(3e-12, 24);
  });

  test("values that cancel to the last bit give 0", async () => {
    expect(await sumAfter([1e9, 2 ** 39 / 3, -(2 ** 39) / 3])).toBe(0);
  });
});

describe("T6 variance holds to a billionth while |mean| / sd <= 1e6", () => {
  const window: Window = { kind: "sliding", size: duration(4n * DAY), offset: duration(0n) };
  const slots = slotsFor([window], [moments]);

  test.each([
    ["far from zero", [1e6, 1e6 + 1, 1e6 - 1, 1e6 + 2]],
    ["far from what came before", [0, 0, 1e6, 1e6 + 1, 1e6 - 1, 1e6 + 2]],
    ["after a value too great for any total", [1e300, 0, 1, 2, 3]],
    ["after a great value", [1e17, 1.5, 2.25, 3, 4]],
    ["after NaN", [Number.NaN, 1.5, 2.25, 3, 4]],
    ["of equal values after others", [1, 7, 7, 7, 7]],
    ["of tiny values beside great ones", [1e9, 1e-7, 2e-7, 3e-7, 4e-7]],
  ])("%s", async (_, sequence) => {
    const tiles = sequence.map((double, day) => ({ key: 1, at: BigInt(day) * DAY, double, integer: null }));
    const probe = { key: 1, boundary: BigInt(sequence.length) * DAY };
    await load(tiles, [probe]);
    const found = (await answers(windowMomentsSql(view, names, slots), slots)).get(`1 ${probe.boundary}`)!;
    const [n, , m2] = (found[0] as DuckDBListValue).items as unknown as Moments;
    const last = sequence.slice(-4);
    const mean = last.reduce((a, b) => a + b) / 4;
    const variance = last.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4;
    expect(Math.abs(m2 / n - variance)).toBeLessThanOrEqual(1e-9 * variance);
  });
});

test("a hot key with many tiles and probes costs what its rows cost, not their square", async () => {
  const windows: readonly Window[] = [
    { kind: "sliding", size: duration(30_000n), offset: duration(0n) },
    { kind: "lifetime", start: micros(600n) },
  ];
  await connection.run(`create or replace temp table tiles as
select 1::bigint as k, n as __at, (n % 97)::double as v__sum, 1::bigint as v__count, n::decimal(38, 0) as i__sum
from range(100000) as numbers(n)`);
  await connection.run(`create or replace temp table probes as
select 1::bigint as k, n as __bound from range(100000) as numbers(n)`);
  const slots = slotsFor(windows, [doubles, integers, count]);
  const columns = slots.map(({ name }) => `sum(coalesce(${id(name).text}, 0))::double`).join(", ");
  const digest = async (plan: typeof windowFramesSql): Promise<unknown> => {
    const reader = await connection.runAndReadAll(
      `select ${columns} from (${plan(view, names, slots).text})`,
    );
    return reader.getRows();
  };
  expect(await digest(windowDifferencesSql)).toEqual(await digest(windowFramesSql));
});
