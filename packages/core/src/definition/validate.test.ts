import { describe, expect, test } from "vitest";
import { formatProblems } from "../errors/problem.ts";
import type {
  AggregateDefinition,
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  Definition,
  EntityDefinition,
} from "./definition.ts";
import { validateColumns } from "./validate-columns.ts";
import { repositoryOf, validateDefinitions } from "./validate.ts";

const entity: EntityDefinition = {
  kind: "entity",
  name: "airport",
  joinKeys: [{ name: "origin", type: "string" }],
};
const source: BatchSourceDefinition = {
  kind: "batchSource",
  name: "flights",
  batch: { format: "parquet", path: "flights.parquet", timestampField: "date", dataDelay: "2h" },
};
const sum: AggregateDefinition = {
  kind: "aggregate",
  name: "delay_sum",
  function: "sum",
  column: "delay",
  window: { kind: "sliding", size: "7d", offset: "0s" },
};
const view: BatchFeatureViewDefinition = {
  kind: "batchFeatureView",
  name: "delays",
  entities: ["airport"],
  sources: [{ parameter: "flights", source: "flights" }],
  transform: { sql: "select origin, date, delay from flights" },
  timestampField: "date",
  features: [sum],
  batchSchedule: "1d",
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
};
const attributes: BatchFeatureViewDefinition = {
  ...view,
  features: [{ kind: "attribute", name: "delay", type: "float64" }],
};

function problemsOf(definitions: readonly Definition[]): string[] {
  return formatProblems(validateDefinitions(definitions))
    .split("\n")
    .filter((line) => line !== "");
}
const problemsOfView = (of: BatchFeatureViewDefinition): string[] => problemsOf([entity, source, of]);

test("what is sound has no problem", () => {
  expect(problemsOfView(view)).toEqual([]);
  expect(problemsOfView({ ...attributes, ttl: "1d" })).toEqual([]);
});

test("every problem is named with its path, not only the first", () => {
  const found = validateDefinitions([
    { ...entity, joinKeys: [] },
    { ...source, batch: { ...source.batch, path: "s3://bucket/a", dataDelay: "-1h" } },
    {
      ...view,
      name: "a b",
      entities: ["nobody"],
      batchSchedule: "daily",
      featureStartTime: "soon",
      features: [],
    },
  ]);
  expect(found.map(({ path }) => path)).toEqual([
    'entity "airport".joinKeys',
    'data source "flights".batch.path',
    'data source "flights".batch.dataDelay',
    'feature view "a b"',
    'feature view "a b".entities',
    'feature view "a b".batchSchedule',
    'feature view "a b".featureStartTime',
    'feature view "a b".features',
  ]);
});

describe("T4 grids", () => {
  const hourly = { ...view, aggregationInterval: "1h" };
  const windowed = (size: string, offset = "0s"): BatchFeatureViewDefinition => ({
    ...hourly,
    features: [{ ...sum, window: { kind: "sliding", size, offset } }],
  });

  test.each([
    [
      "a window is a multiple of the interval",
      windowed("90m"),
      "90m is no multiple of the aggregation interval 1h",
    ],
    ["an offset is a multiple of the interval", windowed("2h", "-90m"), "-90m is no multiple"],
    ["an offset looks back", windowed("2h", "1h"), "is above zero"],
    ["a window is above zero", windowed("0s"), '"0s" is not above zero'],
    [
      "the schedule is a multiple of the interval",
      { ...hourly, aggregationInterval: "5h" },
      "the batch schedule 1d is no multiple of it",
    ],
    [
      "without an interval it is the schedule",
      { ...windowed("36h"), aggregationInterval: "1d" },
      "36h is no multiple of the aggregation interval 1d",
    ],
    [
      "a lifetime starts on the interval",
      {
        ...hourly,
        lifetimeStartTime: "2024-01-01T00:30:00Z",
        features: [{ ...sum, window: { kind: "lifetime" } }],
      },
      "it is no multiple of the aggregation interval 1h",
    ],
    [
      "a lifetime start needs a lifetime",
      { ...hourly, lifetimeStartTime: "2024-01-01" },
      "no feature has a lifetime window",
    ],
  ] satisfies readonly (readonly [string, BatchFeatureViewDefinition, string])[])(
    "%s",
    (_, wrong, message) => {
      expect(problemsOfView(wrong).join("\n")).toContain(message);
    },
  );

  test("a multiple in other words is one", () => {
    expect(problemsOfView(windowed("1d", "-120m"))).toEqual([]);
  });
});

test.each([
  [
    "a view mixes attributes and aggregates",
    { ...view, features: [sum, ...attributes.features] },
    "mixes attributes and aggregates",
  ],
  ["T7 aggregates have a ttl", { ...view, ttl: "1d" }, "only attributes have a ttl"],
  [
    "attributes have an interval",
    { ...attributes, aggregationInterval: "1h" },
    "attributes have no aggregation interval",
  ],
  [
    "a feature is named like a join key",
    { ...view, features: [{ ...sum, name: "ORIGIN" }] },
    "stands more than once",
  ],
  ["a name holds what is the platform's", { ...view, features: [{ ...sum, name: "a__b" }] }, 'holds "__"'],
  [
    "a source is not declared",
    { ...view, sources: [{ parameter: "flights", source: "trains" }] },
    'there is no data source "trains" (Declared: flights.)',
  ],
  ["the SQL is empty", { ...view, transform: { sql: " " } }, "the SQL is empty"],
] satisfies readonly (readonly [string, BatchFeatureViewDefinition, string])[])(
  "it is a problem when %s",
  (_, wrong, message) => {
    expect(problemsOfView(wrong).join("\n")).toContain(message);
  },
);

test("two objects of one kind and name are a problem, letter case aside", () => {
  expect(problemsOf([entity, { ...entity, name: "Airport" }, source, view])).toEqual([
    'entity: "Airport" stands more than once (letter case does not count)',
  ]);
});

describe("the columns that the transformation really gives", () => {
  const columns = [
    { name: "origin", duckdbType: "VARCHAR", type: "string" as const },
    { name: "date", duckdbType: "TIMESTAMP", type: "timestamp" as const },
    { name: "delay", duckdbType: "DOUBLE", type: "float64" as const },
    { name: "tags", duckdbType: "VARCHAR[]", type: null },
  ];
  const check = (of: BatchFeatureViewDefinition) =>
    validateColumns(of, repositoryOf([entity, source, of]), columns);

  test("fit", () => {
    expect(check(view)).toEqual([]);
    expect(check({ ...attributes, createdTimestampField: "date", eventIdField: "origin" })).toEqual([]);
  });

  test("are missing, of another type or of none: each says what there is", () => {
    const wrong: BatchFeatureViewDefinition = {
      ...view,
      timestampField: "origin",
      createdTimestampField: "made",
      eventIdField: "tags",
      features: [
        { ...sum, column: "origin" },
        { ...sum, columnType: "int64" },
      ],
    };
    expect(check(wrong)).toEqual([
      {
        path: 'feature view "delays".timestampField',
        message: 'column "origin" is string (VARCHAR), expected timestamp',
        fix: "Declare it string, or cast it in the transformation.",
      },
      {
        path: 'feature view "delays".createdTimestampField',
        message: 'the transformation gives no column "made"',
        fix: "It gives: origin, date, delay, tags.",
      },
      {
        path: 'feature view "delays".eventIdField',
        message: 'column "tags" is VARCHAR[], which no value type holds',
        fix: "Cast it.",
      },
      {
        path: 'feature view "delays".features[0]',
        message: "sum does not accept string",
        fix: "Cast the column.",
      },
      {
        path: 'feature view "delays".features[1]',
        message: 'column "delay" is float64 (DOUBLE), expected int64',
        fix: "Declare it float64, or cast it in the transformation.",
      },
    ]);
  });
});
