import { validateDefinitions } from "@tesela/core";
import { describe, expect, it } from "vitest";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  lifetime,
  max,
  mean,
  min,
  parquetFiles,
  sql,
  sum,
  type Aggregate,
  type WindowInput,
} from "../index.ts";

const airport = entity({ name: "airport", joinKeys: { origin: "string", gate: "int64" }, owner: "ops" });
const flights = batchSource({
  name: "flights",
  batch: parquetFiles("data/flights-*.parquet", { timestampField: "date", dataDelay: "120m" }),
});

const airportDelays = batchFeatureView({
  name: "airport_delays",
  entities: [airport],
  sources: { flights },
  transform: ({ flights }) => sql`select origin, gate, date, delay from ${flights}`,
  timestampField: "date",
  aggregationInterval: "60m",
  features: [mean("delay", "24h"), count("delay", "7d"), max("delay", "30d", { name: "worst_delay" })],
  batchSchedule: "1d",
  featureStartTime: "2001-01-01",
  online: true,
  tags: { team: "flights" },
});

function nameOf(feature: Aggregate, interval = "1h"): string | undefined {
  const view = batchFeatureView({
    name: "v",
    entities: [airport],
    sources: { flights },
    transform: ({ flights }) => sql`select * from ${flights}`,
    timestampField: "date",
    aggregationInterval: interval,
    features: [feature],
    batchSchedule: "1d",
    featureStartTime: "2001-01-01",
  });
  return view.definition.features[0]?.name;
}

describe("a declaration", () => {
  it("of an entity keeps its join keys in declared order", () => {
    expect(airport.definition).toEqual({
      kind: "entity",
      name: "airport",
      joinKeys: [
        { name: "origin", type: "string" },
        { name: "gate", type: "int64" },
      ],
      owner: "ops",
    });
  });

  it("of a source spells its delay in one way", () => {
    expect(flights.definition).toEqual({
      kind: "batchSource",
      name: "flights",
      batch: { format: "parquet", path: "data/flights-*.parquet", timestampField: "date", dataDelay: "2h" },
    });
    expect(parquetFiles("a", { timestampField: "t" })).toMatchObject({ dataDelay: "0s" });
  });

  it("of a view is canonical: durations and instants in their one spelling, defaults filled in", () => {
    expect(airportDelays.definition).toEqual({
      kind: "batchFeatureView",
      name: "airport_delays",
      entities: ["airport"],
      sources: [{ parameter: "flights", source: "flights" }],
      transform: { sql: 'select origin, gate, date, delay from "flights"' },
      timestampField: "date",
      aggregationInterval: "1h",
      features: [
        {
          kind: "aggregate",
          name: "delay_mean_1d_1h",
          function: "mean",
          column: "delay",
          window: { kind: "sliding", size: "1d", offset: "0s" },
        },
        {
          kind: "aggregate",
          name: "delay_count_7d_1h",
          function: "count",
          column: "delay",
          window: { kind: "sliding", size: "7d", offset: "0s" },
        },
        {
          kind: "aggregate",
          name: "worst_delay",
          function: "max",
          column: "delay",
          window: { kind: "sliding", size: "30d", offset: "0s" },
        },
      ],
      batchSchedule: "1d",
      featureStartTime: "2001-01-01T00:00:00Z",
      online: true,
      offline: false,
      tags: { team: "flights" },
    });
  });

  it("of attributes takes a Date, and keeps every optional field", () => {
    const view = batchFeatureView({
      name: "latest",
      entities: [airport],
      sources: { flights },
      transform: ({ flights }) => sql`select * from ${flights}`,
      timestampField: "date",
      createdTimestampField: "created",
      eventIdField: "id",
      features: [attribute("delay", "float64")],
      batchSchedule: "1d",
      featureStartTime: new Date(Date.UTC(2001, 0, 1)),
      ttl: "48h",
    });
    expect(view.definition).toMatchObject({
      createdTimestampField: "created",
      eventIdField: "id",
      features: [{ kind: "attribute", name: "delay", type: "float64" }],
      featureStartTime: "2001-01-01T00:00:00Z",
      ttl: "2d",
    });
    expect(view.definition).not.toHaveProperty("aggregationInterval");
  });

  it("is frozen through and through", () => {
    expect(Object.isFrozen(airportDelays)).toBe(true);
    expect(Object.isFrozen(airportDelays.definition.features[0])).toBe(true);
    expect(Object.isFrozen(airport.definition.joinKeys)).toBe(true);
  });

  it("passes validation, and leaves mistakes that types cannot see to it", () => {
    expect(validateDefinitions(declarationsOf({ airportDelays }))).toEqual([]);
    const wrong = batchFeatureView({
      name: "v__x",
      entities: [airport],
      sources: { flights },
      transform: ({ flights }) => sql`select * from ${flights}`,
      timestampField: "date",
      features: [mean("delay", "soon")],
      batchSchedule: "daily",
      featureStartTime: "someday",
    });
    const paths = validateDefinitions(declarationsOf({ wrong })).map(({ path }) => path);
    expect(paths).toEqual([
      'feature view "v__x"',
      'feature view "v__x".batchSchedule',
      'feature view "v__x".featureStartTime',
      'feature view "v__x".features[0].window',
    ]);
  });
});

describe("the default name of an aggregate is {column}_{fn}_{window}_{interval}", () => {
  const names: readonly (readonly [Aggregate, string, string])[] = [
    [mean("delay", "1d"), "1h", "delay_mean_1d_1h"],
    [mean("delay", "24h"), "60m", "delay_mean_1d_1h"],
    [sum("delay", "90m"), "30m", "delay_sum_90m_30m"],
    [count("delay", lifetime()), "1d", "delay_count_lifetime_1d"],
    [min("delay", { size: "7d", offset: "-24h" }), "1d", "delay_min_7d_offset_1d_1d"],
    [max("delay", { size: "7d" } satisfies WindowInput), "1d", "delay_max_7d_1d"],
  ];
  it.each(names)("%o by %s is %s", (feature, interval, name) => {
    expect(nameOf(feature, interval)).toBe(name);
  });
});

describe("a transformation", () => {
  it("names its sources as quoted tables", () => {
    const view = { ...airportDelays.definition };
    expect(view.transform.sql).toContain('"flights"');
  });

  it("refuses to interpolate anything but a source", () => {
    expect(() => sql`select ${"1; drop table x" as never}`).toThrow(
      /interpolates only sources; found string/,
    );
    expect(() => sql`select ${1 as never}`).toThrow(/found number/);
  });

  it("must be SQL made by the tag", () => {
    const declare = (): unknown =>
      batchFeatureView({
        name: "v",
        entities: [airport],
        sources: { flights },
        transform: () => "select 1" as never,
        timestampField: "date",
        features: [count("delay", "1d")],
        batchSchedule: "1d",
        featureStartTime: "2001-01-01",
      });
    expect(declare).toThrow(/transformation of feature view "v" is no SQL/);
  });
});

describe("declarationsOf", () => {
  it("collects exports and what views refer to, each once, by kind and name", () => {
    const found = declarationsOf({
      airportDelays,
      again: airportDelays,
      flights,
      other: 7,
      text: "x",
      none: null,
    });
    expect(found.map(({ kind, name }) => [kind, name])).toEqual([
      ["entity", "airport"],
      ["batchSource", "flights"],
      ["batchFeatureView", "airport_delays"],
    ]);
  });

  it("refuses two different objects of one kind and name", () => {
    const other = entity({ name: "airport", joinKeys: { code: "string" } });
    expect(() => declarationsOf({ airportDelays, other })).toThrow(
      /Two different objects are declared as entity "airport"/,
    );
  });
});
