import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  featureService,
  max,
  mean,
  parquetFiles,
  sql,
  sum,
  type RunOptions,
  type Workspace,
} from "@tesela/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeParquet } from "./faults/duckdb.ts";
import { startTestPlatform, type TestPlatform } from "./test-platform.ts";

const airport = entity({ name: "airport", joinKeys: { origin: "string" } });
const flights = batchSource({
  name: "flights",
  batch: parquetFiles("flights.parquet", { timestampField: "date", dataDelay: "2h" }),
});
const common = {
  entities: [airport],
  sources: { flights },
  transform: ({ flights: source }: { flights: Parameters<typeof sql>[1] }) =>
    sql`select origin, date, delay from ${source} where delay >= 0`,
  timestampField: "date",
  batchSchedule: "1d",
  featureStartTime: "2024-05-01",
  online: false,
  offline: true,
} as const;
const delays = batchFeatureView({
  ...common,
  name: "delays",
  aggregationInterval: "6h",
  features: [count("delay", "1d"), count("delay", "2d"), mean("delay", "1d"), sum("delay", "2d")],
});
const newest = batchFeatureView({
  ...common,
  name: "newest",
  features: [attribute("delay", "int64")],
  ttl: "3d",
});
const worst = batchFeatureView({ ...common, name: "worst", features: [max("delay", "1d")] });
const both = featureService({
  name: "both",
  views: [delays.pick("delay_count_1d_6h"), newest.withName("now")],
});

const at = (text: string): Date => new Date(`2024-${text}Z`);
const rows = [
  { origin: "ATL", date: at("05-01T08:10:00"), delay: 10 },
  { origin: "ATL", date: at("05-01T09:40:00"), delay: 30 },
  { origin: "ATL", date: at("05-01T11:00:00"), delay: -5 },
  { origin: "ATL", date: at("05-01T13:00:00"), delay: 20 },
  { origin: "JFK", date: at("05-01T23:59:59"), delay: 1 },
  { origin: "ATL", date: at("05-02T00:00:00"), delay: 99 },
];
const day = { startTime: "2024-05-01", endTime: "2024-05-02", mockSources: { flights: rows } };

const tile = (origin: string, ends: readonly [string, string], values: readonly [number, number, bigint]) => {
  const [delay_count_6h, delay_mean_6h, delay_sum_6h] = values;
  const [_interval_start, _interval_end] = ends.map((end) => `2024-05-${end}:00:00Z`);
  return { origin, delay_count_6h, delay_mean_6h, delay_sum_6h, _interval_start, _interval_end };
};
const full = (origin: string, end: string, [n, mean_, total]: readonly [number, number, bigint]) => {
  const counts = { delay_count_1d_6h: n, delay_count_2d_6h: n };
  return {
    origin,
    date: `2024-05-${end}:00:00Z`,
    ...counts,
    delay_mean_1d_6h: mean_,
    delay_sum_2d_6h: total,
  };
};

let directory: string;
let workspace: Workspace;
let stop: TestPlatform["stop"];

beforeAll(async () => {
  ({ directory, workspace, stop } = await startTestPlatform({ clock: "2024-05-08T12:00:00Z" }));
});
afterAll(() => stop());

async function run(view: typeof delays | typeof newest | typeof worst, options: RunOptions = {}) {
  await using frame = await workspace.getFeatureView(view).run(options);
  return await frame.toRows();
}

async function writeSource(): Promise<void> {
  const tuple = (row: (typeof rows)[number]): string =>
    `('${row.origin}', timestamp '${row.date.toISOString()}', ${row.delay}::bigint)`;
  const values = rows.map(tuple);
  const select = `select * from (values ${values.join(", ")}) as t(origin, date, delay)`;
  await writeParquet(join(directory, "flights.parquet"), select);
}

describe("run before anything is applied or any source is there", () => {
  test("disabled: the rows of [start, end) as the transformation selects them", async () => {
    const found = await run(delays, { ...day, aggregationLevel: "disabled" });
    expect(found[0]).toEqual({ origin: "ATL", date: "2024-05-01T08:10:00Z", delay: 10n });
    expect(found.map(({ delay }) => delay)).toEqual([10n, 30n, 20n, 1n]);
  });

  test("partial: one row for each key and aggregation interval, with its start and end", async () => {
    const tiles = await run(delays, { ...day, aggregationLevel: "partial" });
    expect(tiles).toEqual([
      tile("ATL", ["01T06", "01T12"], [2, 20, 40n]),
      tile("ATL", ["01T12", "01T18"], [1, 20, 20n]),
      tile("JFK", ["01T18", "02T00"], [1, 1, 1n]),
    ]);
  });

  test("full: the features of each key, stamped at the interval's end, from the rows of the range alone", async () => {
    const values = await run(delays, day);
    expect(values).toEqual([
      full("ATL", "01T12", [2, 20, 40n]),
      full("ATL", "01T18", [3, 20, 60n]),
      full("JFK", "02T00", [1, 1, 1n]),
    ]);
  });

  test("full of attributes: one row for each key and time (TIME T8)", async () => {
    const twice = [rows[0]!, { ...rows[0]!, delay: 11 }];
    const options = { ...day, mockSources: { flights: twice } };
    expect(await run(newest, options)).toEqual([{ origin: "ATL", date: "2024-05-01T08:10:00Z", delay: 11n }]);
  });

  test("without a range it is the last complete schedule interval, without one end one interval from the other", async () => {
    const late = [{ origin: "ATL", date: at("05-07T01:00:00"), delay: 7 }];
    const mockSources = { flights: [...rows, ...late] };
    expect(await run(worst, { mockSources })).toMatchObject([{ origin: "ATL", delay_max_1d_1d: 7n }]);
    expect(await run(worst, { startTime: "2024-05-02", mockSources })).toMatchObject([
      { delay_max_1d_1d: 99n },
    ]);
    const ended = await run(worst, { endTime: "2024-05-02", mockSources });
    expect(ended.map((row) => row["delay_max_1d_1d"])).toEqual([30n, 1n]);
  });

  test("a mock may be a CSV file", async () => {
    const path = join(directory, "mock.csv");
    await writeFile(path, "origin,date,delay\n007,2024-05-01 10:00,5\n");
    expect(await run(worst, { ...day, mockSources: { flights: path } })).toMatchObject([
      { origin: "007", delay_max_1d_1d: 5n },
    ]);
  });

  test("a mock that the transformation does not have is refused, with those that it has", async () => {
    await expect(run(delays, { ...day, mockSources: { planes: rows } })).rejects.toMatchObject({
      code: "VALIDATION",
      message: expect.stringContaining('"planes"') as string,
      fix: "It calls its sources: flights.",
    });
  });

  test("a column that a mock lacks is named", async () => {
    const mock = rows.map(({ origin, date }) => ({ origin, date }));
    await expect(run(delays, { ...day, mockSources: { flights: mock } })).rejects.toMatchObject({
      message: expect.stringContaining("delay") as string,
      fix: "In this run flights has origin, date.",
    });
  });

  test("tiles of attributes are refused, and a real source that is not there is an error", async () => {
    await expect(run(newest, { ...day, aggregationLevel: "partial" })).rejects.toMatchObject({
      code: "VALIDATION",
      fix: 'Give aggregationLevel "disabled" or "full".',
    });
    await expect(run(delays, { startTime: "2024-05-01" })).rejects.toMatchObject({ code: "SOURCE_MISSING" });
  });

  test("a sum that overflows is an error that names the key", async () => {
    const mock = [1, 2].map((hour) => ({
      origin: "ATL",
      date: at(`05-01T0${hour}:00:00`),
      delay: 2n ** 62n,
    }));
    await expect(run(delays, { ...day, mockSources: { flights: mock } })).rejects.toMatchObject({
      code: "VALUE_ERROR",
      message: expect.stringContaining('origin "ATL"') as string,
    });
  });

  test("nothing is applied or stored by it", async () => {
    expect(await workspace.listFeatureViews()).toEqual([]);
    const stored = await readdir(join(directory, "platform"), { recursive: true });
    expect(stored.filter((path) => /part-\d/.test(path))).toEqual([]);
  });
});

describe("after apply", () => {
  beforeAll(async () => {
    await writeSource();
    await workspace.apply(declarationsOf({ delays, newest, worst, both }));
    const view = workspace.getFeatureView(newest);
    const range = { startTime: "2024-04-30", endTime: "2024-05-06" };
    await view.waitForMaterializationJob(await view.triggerMaterializationJob(range));
  });

  test("run of a name alone reads the real sources where there is no mock", async () => {
    await using frame = await workspace.getFeatureView("delays").run({ ...day, mockSources: {} });
    expect(await frame.toRows()).toHaveLength(3);
    await using tiles = await workspace.getFeatureView("delays").run({ ...day, aggregationLevel: "partial" });
    expect((await tiles.toRows())[0]).toMatchObject({ origin: "ATL", delay_count_6h: 2 });
  });

  const asked = (origin: string | null, ...instants: readonly string[]) =>
    instants.map((text) => ({ origin, at: at(text) }));

  test("the plan of a read: source, join condition, windows, strategy, files, SQL", async () => {
    const view = workspace.getFeatureView(delays);
    const explanation = await view.explain(asked("ATL", "05-03T01:00:00", "05-03T03:00:00"), {
      fromSource: true,
      embargo: "1h",
    });
    expect(explanation).toMatchObject({ spineRows: 2, timestampKey: "at", row: null });
    expect(explanation.views).toMatchObject([
      {
        name: "delays",
        source: { kind: "source", why: "fromSource: true", files: 1, fileNames: ["flights.parquet"] },
        joinCondition: "the tiles of 6h of origin within each window before the bound, floor(T - 2h, 1d)",
        example: { instant: "2024-05-03T03:00:00Z", bound: "2024-05-03T00:00:00Z" },
        embargo: "1h",
        dataDelay: "2h",
        grain: "1d",
        gaps: [],
      },
    ]);
    expect(explanation.views[0]!.windows).toMatchObject([
      { window: "1d", example: { startTime: "2024-05-02T00:00:00Z", endTime: "2024-05-03T00:00:00Z" } },
      { window: "2d", features: ["delay_count_2d_6h", "delay_sum_2d_6h"] },
    ]);
    expect(explanation.views[0]!.source.bytes).toBeGreaterThan(0);
    expect(explanation.sql).toContain("read_parquet");
    expect(explanation.sql).not.toContain(directory);
    expect(String(explanation)).toContain("join        the tiles of 6h of origin");
  });

  test("the offline store: its commit, and ranges that are missing", async () => {
    const { views } = await workspace.getFeatureView("newest").explain(asked("ATL", "05-08T10:00:00"));
    expect(views).toMatchObject([
      {
        source: { kind: "offline store", why: "the view has an offline store", commit: "1" },
        strategy: ["asof join"],
        gaps: [{ startTime: "2024-05-06T00:00:00Z", endTime: "2024-05-08T00:00:00Z" }],
      },
    ]);
  });

  test.each([
    ["matched", "ATL", "05-02T02:00:00", {}, "05-01T13:00:00", "20"],
    ["not_yet_visible", "JFK", "05-02T01:59:59", {}, "from 2024-05-02T02:00:00Z", null],
    ["embargoed", "JFK", "05-02T03:00:00", { embargo: "4h" }, "it is from 2024-05-02T04:00:00Z", null],
    ["none", "LAX", "05-04T00:00:00", {}, "no row of this key", null],
    ["expired", "JFK", "05-05T02:00:00", {}, "expired at 2024-05-05T02:00:00Z", null],
    ["stale", "JFK", "05-02T12:00:00", { maxStaleness: "6h" }, "maxStaleness 6h", null],
    ["beyond_lookback", "JFK", "05-02T12:00:00", { maxLookback: "6h" }, "maxLookback 6h", null],
    ["before_start", "ATL", "04-30T12:00:00", {}, "feature start", null],
    ["not_materialized", "ATL", "05-08T10:00:00", {}, "2024-05-06T00:00:00Z, 2024-05-08T00:00:00Z", null],
    ["no_key", null, "05-04T00:00:00", {}, "null", null],
  ] as const)("%s: why a row gets what it gets", async (reason, origin, instant, options, words, value) => {
    const spine = asked(origin, "05-01T00:00:00", instant);
    const { row } = await workspace.getFeatureView(newest).explain(spine, { ...options, row: 1 });
    expect(row).toMatchObject({
      row: 1,
      instant: `2024-${instant}Z`,
      views: [{ name: "newest", reason, values: [{ feature: "delay", value }] }],
    });
    expect(row!.views[0]!.because).toContain(words);
  });

  test("a row of aggregates: what the statistics of the read count", async () => {
    const view = workspace.getFeatureView(delays);
    const spine = asked("JFK", "05-02T01:00:00", "05-02T02:00:00", "05-07T02:00:00");
    const reasons = await Promise.all(
      spine.map(
        async (_, row) => (await view.explain(spine, { fromSource: true, row })).row!.views[0]!.reason,
      ),
    );
    expect(reasons).toEqual(["not_yet_visible", "matched", "none"]);
    await using frame = await view.getHistoricalFeatures(spine, { fromSource: true });
    expect(frame.statistics["delays"]).toEqual({ matched: 1, null: 2, reasons: { none: 2 } });
  });

  test("a feature service and several views, under their names in the read", async () => {
    const spine = asked("ATL", "05-02T02:00:00");
    const options = { fromSource: true, row: 0 };
    const { row } = await workspace.getFeatureService(both).explain(spine, options);
    expect(row!.views).toMatchObject([
      { name: "delays", reason: "matched", values: [{ feature: "delay_count_1d_6h", value: "3" }] },
      { name: "now", reason: "matched", values: [{ feature: "delay", value: "20" }] },
    ]);
    const { views } = await workspace.explain({ spine, featureViews: [delays, "newest"], fromSource: true });
    expect(views.map(({ name }) => name)).toEqual(["delays", "newest"]);
  });

  test("a row that the spine does not have, and a spine that does not fit, are refused", async () => {
    const view = workspace.getFeatureView(newest);
    const spine = asked("ATL", "05-02T02:00:00");
    await expect(view.explain(spine, { row: 1 })).rejects.toMatchObject({ code: "VALIDATION" });
    await expect(view.explain([{ origin: "ATL" }])).rejects.toMatchObject({ code: "VALIDATION" });
  });
});
