import { describe, expect, test } from "vitest";
import { formatProblems } from "../errors/problem.ts";
import type {
  AggregateDefinition,
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  Definition,
  EntityDefinition,
  FeatureServiceDefinition,
  FeatureTableDefinition,
  FileBatchConfig,
  StreamFeatureViewDefinition,
  StreamSourceDefinition,
} from "./definition.ts";
import { validateDefinitions } from "./validate.ts";

const user: EntityDefinition = {
  kind: "entity",
  name: "user",
  joinKeys: [{ name: "user_id", type: "int64" }],
};
const card: EntityDefinition = {
  kind: "entity",
  name: "card",
  joinKeys: [{ name: "card_id", type: "string" }],
};
const batch: FileBatchConfig = {
  format: "parquet",
  path: "a.parquet",
  timestampField: "at",
  dataDelay: "0s",
};
const orders: BatchSourceDefinition = { kind: "batchSource", name: "orders", batch };
const clicks: StreamSourceDefinition = {
  kind: "streamSource",
  name: "clicks",
  stream: { kind: "push" },
  batch,
};
const sum: AggregateDefinition = {
  kind: "aggregate",
  name: "amount_sum",
  function: "sum",
  column: "amount",
  window: { kind: "sliding", size: "90m", offset: "0s" },
};
const spend: BatchFeatureViewDefinition = {
  kind: "batchFeatureView",
  name: "spend",
  entities: ["user"],
  sources: [{ parameter: "orders", source: "orders" }],
  transform: { sql: "select user_id, at, amount from orders" },
  timestampField: "at",
  features: [{ kind: "attribute", name: "amount", type: "float64" }],
  batchSchedule: "1d",
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
};
const stream: StreamFeatureViewDefinition = {
  ...spend,
  kind: "streamFeatureView",
  name: "clicked",
  sources: [{ parameter: "clicks", source: "clicks" }],
  features: [sum],
  online: false,
};
const profile: FeatureTableDefinition = {
  kind: "featureTable",
  name: "profile",
  entities: ["card"],
  timestampField: "at",
  createdTimestampField: "made",
  features: [{ kind: "attribute", name: "age", type: "int64" }],
  featureStartTime: "2024-01-01",
  ttl: "30d",
  online: true,
  offline: true,
};
const service: FeatureServiceDefinition = {
  kind: "featureService",
  name: "fraud",
  views: [
    { view: "spend" },
    { view: "spend", name: "seller", joinKeyMap: { user_id: "seller_id" } },
    { view: "profile" },
  ],
};
const all: readonly Definition[] = [user, card, orders, clicks, spend, stream, profile, service];

function problemsWith(changed: Definition): string[] {
  const rest = all.filter((one) => one.kind !== changed.kind || one.name !== changed.name);
  return formatProblems(validateDefinitions([...rest, changed]))
    .split("\n")
    .filter((line) => line !== "");
}

test("all kinds together are sound", () => {
  expect(validateDefinitions(all)).toEqual([]);
});

describe("a stream feature view", () => {
  test("reads exactly one source, a stream", () => {
    const input = { parameter: "clicks", source: "clicks" };
    expect(problemsWith({ ...stream, sources: [] })).toEqual([
      'feature view "clicked".sources: it has no data source',
    ]);
    expect(problemsWith({ ...stream, sources: [input, { ...input, parameter: "b" }] })).toEqual([
      'feature view "clicked".sources: it has 2 data sources (A stream feature view reads exactly one stream.)',
    ]);
    expect(problemsWith({ ...stream, sources: [{ parameter: "orders", source: "orders" }] })).toEqual([
      'feature view "clicked".sources.orders: "orders" is a batch source, not a stream (Declare a batchFeatureView, or a streamSource.)',
    ]);
  });

  test("a batch feature view reads no stream", () => {
    expect(problemsWith({ ...spend, sources: [{ parameter: "clicks", source: "clicks" }] })).toEqual([
      'feature view "spend".sources.clicks: "clicks" is a stream, which no batch feature view reads (Declare a streamFeatureView, or a batchSource over the files of its batch log.)',
    ]);
  });

  test("T4 without an interval is continuous and takes any window, with one takes its multiples", () => {
    const odd = { ...sum, window: { kind: "sliding", size: "61s", offset: "-7us" } } as const;
    expect(problemsWith({ ...stream, features: [odd] })).toEqual([]);
    expect(problemsWith({ ...stream, aggregationInterval: "10m", features: [odd] })).toEqual([
      'feature view "clicked".features[0].window: 61s is no multiple of the aggregation interval 10m (TIME T4)',
      'feature view "clicked".features[0].window.offset: -7us is no multiple of the aggregation interval 10m (TIME T4)',
    ]);
    const lifetime = { ...sum, window: { kind: "lifetime" } } as const;
    const start = { lifetimeStartTime: "2024-01-01T00:00:00.000001Z" };
    expect(problemsWith({ ...stream, features: [lifetime], ...start })).toEqual([]);
    expect(
      problemsWith({ ...stream, features: [lifetime], aggregationInterval: "10m", ...start }),
    ).toHaveLength(1);
  });

  test("T12 may be served online", () => {
    expect(problemsWith({ ...stream, online: true })).toEqual([]);
  });

  test("T16 is row-wise: it sees nothing besides its row", () => {
    const sees = { lookback: "1d" };
    expect(problemsWith({ ...stream, sources: [{ parameter: "clicks", source: "clicks", sees }] })).toEqual([
      'feature view "clicked".sources.clicks.sees: a stream transformation is row-wise and sees no further rows (Leave it out.)',
    ]);
  });
});

test("T16 a lookback is above zero", () => {
  const sees = { lookback: "0s" };
  expect(problemsWith({ ...spend, sources: [{ parameter: "orders", source: "orders", sees }] })).toEqual([
    'feature view "spend".sources.orders.sees.lookback: "0s" is not above zero',
  ]);
  const unfiltered = { parameter: "orders", source: "orders", sees: "unfiltered" } as const;
  expect(problemsWith({ ...spend, sources: [unfiltered], incrementalBackfills: true })).toEqual([]);
});

test("T3 a grain of 1 µs is another rule: a schedule or interval below 1 ms is refused", () => {
  expect(problemsWith({ ...spend, batchSchedule: "1us" })).toEqual([
    'feature view "spend".batchSchedule: "1us" is below the least there is, 1ms',
  ]);
  expect(problemsWith({ ...stream, aggregationInterval: "1us" })).toEqual([
    'feature view "clicked".aggregationInterval: "1us" is below the least there is, 1ms',
  ]);
});

test("T6 a function has the parameters that it names, each within its bounds, and no other", () => {
  const withFeature = (feature: Partial<AggregateDefinition>) =>
    problemsWith({ ...stream, features: [{ ...sum, ...feature }] });
  expect(withFeature({ function: "lastDistinct", n: 10 })).toEqual([]);
  expect(withFeature({ function: "approxPercentile", percentile: 0.5 })).toEqual([]);
  for (const wrong of [
    { n: 10 },
    { function: "last" },
    { function: "last", n: 0 },
    { function: "first", n: 1.5 },
    { function: "approxPercentile" },
    { function: "approxPercentile", percentile: 1.01 },
    { function: "approxPercentile", percentile: 0.5, n: 1 },
    { function: "approxCountDistinct", precision: 1_000 },
  ] as const) {
    const problems = withFeature(wrong);
    expect({ wrong, problems }).toEqual({ wrong, problems: [expect.stringMatching(/features\[0\]: /)] });
  }
});

describe("a feature table", () => {
  test("holds attributes only", () => {
    expect(problemsWith({ ...profile, features: [sum] })).toContain(
      'feature view "profile".features: a feature table holds attributes only (Declare a batchFeatureView or a streamFeatureView for aggregates.)',
    );
  });

  test("has columns of one meaning each, and a store", () => {
    expect(problemsWith({ ...profile, timestampField: "card_id", createdTimestampField: "AGE" })).toEqual([
      'feature view "profile": "card_id" is a time field, so it can be no join key or feature too (Rename it.)',
      'feature view "profile": "AGE" is a time field, so it can be no join key or feature too (Rename it.)',
    ]);
    expect(problemsWith({ ...profile, createdTimestampField: "at" })).toEqual([
      'feature view "profile": "at" stands more than once (letter case does not count)',
    ]);
    expect(problemsWith({ ...profile, online: false, offline: false })).toEqual([
      'feature view "profile": it has no store that could hold its rows (Set online, offline or both to true.)',
    ]);
  });
});

describe("a feature service", () => {
  const withViews = (...views: FeatureServiceDefinition["views"]) => problemsWith({ ...service, views });

  test("names views that are declared; deleting one is a problem that names the service", () => {
    const problems = validateDefinitions(all.filter((one) => one !== profile));
    expect(problems).toEqual([
      {
        path: 'feature service "fraud".views[2]',
        message: 'there is no feature view "profile"',
        fix: "Declared: clicked, spend. Declare it, or take it out of the service.",
      },
    ]);
    expect(withViews()).toEqual(['feature service "fraud".views: it has no feature view']);
  });

  test("picks features and maps join keys that its views have", () => {
    expect(withViews({ view: "spend", features: ["amount", "speed"] })).toEqual([
      'feature service "fraud".views[0].features: feature view "spend" has no feature "speed" (It has: amount.)',
    ]);
    expect(withViews({ view: "spend", features: [] })).toEqual([
      'feature service "fraud".views[0].features: it picks no feature of "spend"',
    ]);
    expect(withViews({ view: "spend", joinKeyMap: { buyer: "b" } })).toEqual([
      'feature service "fraud".views[0].joinKeyMap: feature view "spend" has no join key "buyer" (Its join keys: user_id.)',
    ]);
  });

  test("gives each view a name of its own", () => {
    expect(withViews({ view: "spend" }, { view: "profile", name: "Spend" })).toEqual([
      'feature service "fraud".views: "Spend" stands more than once (letter case does not count) (Give one of them another name with .withName().)',
    ]);
    expect(withViews({ view: "spend", name: "a__b" })[0]).toContain('"a__b" holds "__"');
  });

  test("has join keys of one type each", () => {
    expect(withViews({ view: "spend" }, { view: "profile", joinKeyMap: { card_id: "user_id" } })).toEqual([
      'feature service "fraud".views[1].joinKeyMap: the join key "user_id" is string here and int64 in feature view "spend" (Map one of them to another name with .withJoinKeyMap().)',
    ]);
  });
});

describe("files of text", () => {
  const csv: FileBatchConfig = {
    ...batch,
    format: "csv",
    columns: [
      { name: "id", type: "string" },
      { name: "at", type: "timestamp" },
    ],
  };
  const withBatch = (changed: FileBatchConfig) => problemsWith({ ...orders, batch: changed });

  test("declare their columns, Parquet does not", () => {
    expect(withBatch(csv)).toEqual([]);
    expect(withBatch({ ...csv, format: "ndjson" })).toEqual([]);
    expect(withBatch({ ...csv, format: "parquet" })).toEqual([
      'data source "orders".batch.columns: Parquet files carry their own columns (Leave them out.)',
    ]);
    expect(withBatch({ ...csv, columns: [] })).toEqual([
      'data source "orders".batch.columns: csv files carry no types (Declare the columns, such as { id: "int64" }.)',
    ]);
  });

  test("have their timestamp among them, and no bytes", () => {
    expect(withBatch({ ...csv, timestampField: "when" })).toEqual([
      'data source "orders".batch.timestampField: the column "when" is not declared (Declare it a timestamp among the columns.)',
    ]);
    expect(withBatch({ ...csv, timestampField: "id" })).toEqual([
      'data source "orders".batch.timestampField: the column "id" is declared string (Declare it a timestamp among the columns.)',
    ]);
    expect(withBatch({ ...csv, columns: [...csv.columns!, { name: "AT", type: "bytes" }] })).toEqual([
      'data source "orders".batch.columns: "AT" is bytes, which csv cannot hold (Declare it string and decode it.)',
      'data source "orders".batch.columns: "AT" stands more than once (letter case does not count)',
    ]);
  });
});

test("kinds of one family share their names", () => {
  const other: BatchSourceDefinition = { ...orders, name: "Clicks" };
  expect(validateDefinitions([...all, other])).toContainEqual({
    path: "data source",
    message: '"Clicks" stands more than once (letter case does not count)',
  });
  expect(validateDefinitions([...all, { ...profile, name: "spend" }])).toContainEqual({
    path: "feature view",
    message: '"spend" stands more than once (letter case does not count)',
  });
});

test("a serving cache is of a view that is served, and keeps nothing longer than a day", () => {
  const cached = (maxAge: string, online = true) =>
    problemsWith({ ...spend, online, onlineCache: { maxAge } });
  expect(cached("1d")).toEqual([]);
  expect(cached("10s", false)).toEqual([
    'feature view "spend".onlineCache: the view is not served online (Set online: true, or leave the cache out.)',
  ]);
  expect(cached("25h")).toEqual([
    'feature view "spend".onlineCache.maxAge: "25h" is longer than a day (Write "1d" at most.)',
  ]);
  expect(cached("0s")).toEqual(['feature view "spend".onlineCache.maxAge: "0s" is not above zero']);
  expect(cached("soon")).toHaveLength(1);
});

test("a service keeps a share of what it serves that is above 0 and at most 1", () => {
  const logging = (sampleRate: number) => problemsWith({ ...service, logging: { sampleRate } });
  expect(logging(0.01)).toEqual([]);
  expect(logging(1)).toEqual([]);
  for (const rate of [0, -0.1, 1.1, Number.NaN]) expect(logging(rate)).toHaveLength(1);
});
