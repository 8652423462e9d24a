import { describe, expect, expectTypeOf, it } from "vitest";
import {
  attribute,
  batchFeatureView,
  count,
  csvFiles,
  featureTable,
  jsonFiles,
  parquetFiles,
  push,
  sql,
  streamFeatureView,
  streamSource,
  type FeatureValues,
} from "../index.ts";
import { clicks, orders, pages, profile, user } from "./testing/kinds.ts";

const base = {
  name: "v",
  entities: [user],
  timestampField: "at",
  featureStartTime: "2024-01-01",
} as const;

describe("files of text", () => {
  it("declare their columns in order", () => {
    expect(orders.definition.batch).toEqual({
      format: "csv",
      path: "orders-*.csv",
      columns: [
        { name: "user_id", type: "int64" },
        { name: "at", type: "timestamp" },
        { name: "amount", type: "float64" },
      ],
      timestampField: "at",
      dataDelay: "1h",
    });
    expect(clicks.definition.batch.format).toBe("ndjson");
  });

  it("must have columns, one of them their timestamp, none of bytes: compile errors", () => {
    // @ts-expect-error columns are needed
    const none = () => csvFiles("a.csv", { timestampField: "at" });
    // @ts-expect-error it is no timestamp
    const wrong = () => csvFiles("a.csv", { columns: { at: "string" }, timestampField: "at" });
    // @ts-expect-error text has no bytes
    const bytes = () => jsonFiles("a", { columns: { at: "timestamp", raw: "bytes" }, timestampField: "at" });
    expect([none, wrong, bytes]).toHaveLength(3);
  });
});

describe("a stream", () => {
  it("is declared with how it comes in and with its batch log", () => {
    expect(clicks.definition).toMatchObject({
      kind: "streamSource",
      name: "clicks",
      stream: { kind: "push" },
      owner: "web",
    });
  });

  it("has a view whose aggregates are continuous without an interval", () => {
    expect(pages.definition).toMatchObject({
      kind: "streamFeatureView",
      sources: [{ parameter: "clicks", source: "clicks" }],
      features: [
        { name: "page_count_1h_continuous" },
        { name: "page_last_distinct_10_1h_continuous", n: 10 },
      ],
      batchSchedule: "1d",
      online: false,
      offline: true,
    });
    expect(pages.definition).not.toHaveProperty("aggregationInterval");
    expectTypeOf<FeatureValues<typeof pages>>().toEqualTypeOf<{
      readonly page_count_1h_continuous: number | null;
      readonly page_last_distinct_10_1h_continuous: readonly string[] | null;
    }>();
  });

  it("has a view whose aggregates are tiled with one", () => {
    const tiled = streamFeatureView({
      ...base,
      sources: { clicks },
      transform: ({ clicks }) => sql`select * from ${clicks}`,
      aggregationInterval: "600s",
      features: [count("page", "1h")],
    });
    expect(tiled.definition).toMatchObject({
      aggregationInterval: "10m",
      features: [{ name: "page_count_1h_10m" }],
    });
    expectTypeOf<FeatureValues<typeof tiled>>().toEqualTypeOf<{
      readonly page_count_1h_10m: number | null;
    }>();
  });

  it("is read by stream views alone: compile errors", () => {
    const transform = () => sql`select 1`;
    const features = [count("page", "1h")] as const;
    const shared = { ...base, transform, features, batchSchedule: "1d" } as const;
    // @ts-expect-error a batch view reads no stream
    const batch = () => batchFeatureView({ ...shared, sources: { clicks } });
    // @ts-expect-error a stream view reads no batch source
    const stream = () => streamFeatureView({ ...shared, sources: { orders } });
    expectTypeOf([batch, stream]).toBeArray();
  });
});

it("a feature table has attributes and no sources", () => {
  expect(profile.definition).toEqual({
    kind: "featureTable",
    name: "profile",
    entities: ["card"],
    timestampField: "at",
    createdTimestampField: "made",
    features: [
      { kind: "attribute", name: "age", type: "int64" },
      { kind: "attribute", name: "vip", type: "bool" },
    ],
    featureStartTime: "2024-01-01T00:00:00Z",
    ttl: "1d",
    online: true,
    offline: false,
  });
  expectTypeOf<FeatureValues<typeof profile>>().toEqualTypeOf<{
    readonly age: bigint | null;
    readonly vip: boolean | null;
  }>();
  // @ts-expect-error a feature table holds attributes only
  featureTable({ ...base, features: [count("age", "1d")] });
});

describe("T16 what a transformation sees of its sources", () => {
  const viewOf = (transform: Parameters<typeof batchFeatureView>[0]["transform"]) =>
    batchFeatureView({
      ...base,
      sources: { orders, names: orders },
      transform,
      features: [attribute("amount", "float64")],
      batchSchedule: "1d",
      incrementalBackfills: true,
    }).definition;

  it("is recorded beside the source, not in the SQL", () => {
    const { sources, transform, incrementalBackfills } = viewOf(
      ({ orders, names }) =>
        sql`select * from ${orders!.lookback("48h")} join ${names!.unfiltered()} using (user_id)`,
    );
    expect(sources).toEqual([
      { parameter: "orders", source: "orders", sees: { lookback: "2d" } },
      { parameter: "names", source: "orders", sees: "unfiltered" },
    ]);
    expect(transform.sql).toBe('select * from "orders" join "names" using (user_id)');
    expect(incrementalBackfills).toBe(true);
  });

  it("is one thing for each", () => {
    expect(() => viewOf(({ orders }) => sql`select * from ${orders!} join ${orders!.unfiltered()}`)).toThrow(
      /reads its source "orders" in two ways/,
    );
    expect(() => viewOf(({ orders }) => sql`select * from ${orders!} join ${orders!} as b`)).not.toThrow();
  });
});

it("a Parquet stream log needs no columns", () => {
  const batch = parquetFiles("a.parquet", { timestampField: "at" });
  expect(streamSource({ name: "s", stream: push(), batch }).definition.batch).toEqual(batch);
});
