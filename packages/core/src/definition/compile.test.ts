import { describe, expect, test } from "vitest";
import { formatInstant } from "../time/instant.ts";
import { parseDuration } from "../time/duration.ts";
import { compileView, type CompiledView } from "./compile.ts";
import type {
  AggregateDefinition,
  BatchFeatureViewDefinition,
  Definition,
  EntityDefinition,
  FeatureViewDefinition,
  FileBatchConfig,
  StreamFeatureViewDefinition,
} from "./definition.ts";
import { repositoryOf } from "./validate.ts";

const user: EntityDefinition = {
  kind: "entity",
  name: "user",
  joinKeys: [{ name: "user_id", type: "int64" }],
};
const files = (dataDelay: string): FileBatchConfig => ({
  format: "parquet",
  path: "a.parquet",
  timestampField: "at",
  dataDelay,
});
const sources: readonly Definition[] = [
  { kind: "batchSource", name: "orders", batch: files("2h") },
  { kind: "batchSource", name: "refunds", batch: files("3h") },
  { kind: "streamSource", name: "clicks", stream: { kind: "push" }, batch: files("1m") },
];
const lifetime: AggregateDefinition = {
  kind: "aggregate",
  name: "total",
  function: "count",
  column: "amount",
  window: { kind: "lifetime" },
};
const batch: BatchFeatureViewDefinition = {
  kind: "batchFeatureView",
  name: "spend",
  entities: ["user"],
  sources: [
    { parameter: "orders", source: "orders", sees: { lookback: "2d" } },
    { parameter: "refunds", source: "refunds", sees: "unfiltered" },
    { parameter: "again", source: "orders" },
  ],
  transform: { sql: "select 1" },
  timestampField: "at",
  features: [lifetime],
  batchSchedule: "1d",
  featureStartTime: "2024-01-10T10:25:00Z",
  online: true,
  offline: true,
  incrementalBackfills: true,
};
const stream: StreamFeatureViewDefinition = {
  kind: "streamFeatureView",
  name: "clicked",
  entities: ["user"],
  sources: [{ parameter: "clicks", source: "clicks" }],
  transform: { sql: "select 1" },
  timestampField: "at",
  features: [lifetime],
  batchSchedule: "1d",
  featureStartTime: "2024-01-10T10:25:00Z",
  online: false,
  offline: true,
};

function compiled(view: FeatureViewDefinition): CompiledView {
  return compileView(view, repositoryOf([user, ...sources, view]), {
    columns: [{ name: "amount", duckdbType: "DOUBLE", type: "float64" }],
    normalizedSql: "select 1",
    parsedForm: "",
  });
}

function lifetimeOf(view: FeatureViewDefinition): string {
  const [window] = compiled(view).time.windows;
  return window?.kind === "lifetime" ? formatInstant(window.start) : "none";
}

describe("T3 the grain", () => {
  const grains: readonly (readonly [string, FeatureViewDefinition, string])[] = [
    ["of a batch view is its schedule", batch, "1d"],
    ["of a batch view is its schedule whatever its interval", { ...batch, aggregationInterval: "1h" }, "1d"],
    ["of a stream's tiled aggregates is their interval", { ...stream, aggregationInterval: "10m" }, "10m"],
    ["of a stream's continuous aggregates is 1 µs", stream, "1us"],
    [
      "of a stream's attributes is 1 µs",
      { ...stream, features: [{ kind: "attribute", name: "amount", type: "float64" }] },
      "1us",
    ],
  ];
  test.each(grains)("%s", (_, view, grain) => {
    const { time } = compiled(view);
    expect([time.grain, time.schedule]).toEqual([parseDuration(grain), parseDuration("1d")]);
  });
});

test("T4 tiles are as wide as the interval, without one as the grain", () => {
  const widths = [
    batch,
    { ...batch, aggregationInterval: "1h" },
    stream,
    { ...stream, aggregationInterval: "10m" },
  ].map((view) => {
    const { shape } = compiled(view);
    return shape.kind === "aggregates" ? shape.interval : null;
  });
  expect(widths).toEqual(["1d", "1h", "1us", "10m"].map(parseDuration));
});

test("T4 a lifetime begins at the first window, of streams at the start, or where the view says", () => {
  expect(lifetimeOf(batch)).toBe("2024-01-09T00:00:00Z");
  expect(lifetimeOf({ ...stream, aggregationInterval: "10m" })).toBe("2024-01-10T10:20:00Z");
  expect(lifetimeOf(stream)).toBe("2024-01-10T10:25:00Z");
  expect(lifetimeOf({ ...batch, lifetimeStartTime: "2023-01-01" })).toBe("2023-01-01T00:00:00Z");
});

test("T3 the data delay is the greatest over the sources, of a stream that of its batch log", () => {
  expect(compiled(batch).time.dataDelay).toBe(parseDuration("3h"));
  expect(compiled(stream).time.dataDelay).toBe(parseDuration("1m"));
});

test("T16 a source is seen whole, or from its lookback on, or from its window's start on", () => {
  const view = compiled(batch);
  expect(view.sources.map(({ parameter, sees }) => [parameter, sees])).toEqual([
    ["orders", { lookback: parseDuration("2d") }],
    ["refunds", "unfiltered"],
    ["again", { lookback: 0n }],
  ]);
  expect([view.isIncremental, compiled(stream).isIncremental]).toEqual([true, false]);
});
