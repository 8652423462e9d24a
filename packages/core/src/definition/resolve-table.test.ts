import { expect, test } from "vitest";
import { compileView } from "./compile.ts";
import type { EntityDefinition, FeatureTableDefinition } from "./definition.ts";
import { resolveTable } from "./resolve-table.ts";
import { repositoryOf } from "./validate.ts";

const user: EntityDefinition = {
  kind: "entity",
  name: "user",
  joinKeys: [
    { name: "user_id", type: "int64" },
    { name: "device", type: "bytes" },
  ],
};
const table: FeatureTableDefinition = {
  kind: "featureTable",
  name: "profile",
  entities: ["user"],
  timestampField: "at",
  createdTimestampField: "made",
  features: [
    { kind: "attribute", name: "age", type: "int64" },
    { kind: "attribute", name: "score", type: "float64" },
  ],
  featureStartTime: "2024-01-01T10:30:00Z",
  ttl: "30d",
  online: true,
  offline: true,
};
const repository = repositoryOf([user, table]);

test("a feature table's columns are its join keys, its time fields and its features, in this order", () => {
  expect(resolveTable(table, repository)).toEqual({
    columns: [
      { name: "user_id", duckdbType: "BIGINT", type: "int64" },
      { name: "device", duckdbType: "BLOB", type: "bytes" },
      { name: "at", duckdbType: "TIMESTAMP", type: "timestamp" },
      { name: "made", duckdbType: "TIMESTAMP", type: "timestamp" },
      { name: "age", duckdbType: "BIGINT", type: "int64" },
      { name: "score", duckdbType: "DOUBLE", type: "float64" },
    ],
    normalizedSql: "",
    parsedForm: "",
  });
});

test("T3 a feature table has a grain of 1 µs, no sources and no delay", () => {
  const view = compileView(table, repository, resolveTable(table, repository));
  expect(view).toMatchObject({ kind: "table", sources: [], isIncremental: false, sql: "" });
  expect(view.time).toMatchObject({ grain: 1n, dataDelay: 0n, ttl: 30n * 86_400_000_000n, windows: [] });
});
