import type {
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  Definition,
  DefinitionKind,
  EntityDefinition,
  FeatureDefinition,
  FeatureServiceDefinition,
  FeatureTableDefinition,
  FeatureType,
  FeatureViewDefinition,
  SourceDefinition,
  StreamFeatureViewDefinition,
  StreamSourceDefinition,
} from "@tesela/core";
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { batchFeatureViewSchema } from "./batch-feature-view.ts";
import type { batchSourceSchema } from "./batch-source.ts";
import { definitionSchema, definitionsSchema, type definitionKindSchema } from "./definition.ts";
import { entitySchema } from "./entity.ts";
import type { featureServiceSchema } from "./feature-service.ts";
import type { featureTableSchema } from "./feature-table.ts";
import type { featureViewSchema } from "./feature-view.ts";
import type { featureSchema, featureTypeSchema } from "./feature.ts";
import type { sourceSchema } from "./source.ts";
import type { streamFeatureViewSchema } from "./stream-feature-view.ts";
import type { streamSourceSchema } from "./stream-source.ts";

const view = {
  kind: "batchFeatureView",
  name: "delays",
  entities: ["airport"],
  sources: [{ parameter: "flights", source: "flights" }],
  transform: { sql: "select * from flights" },
  timestampField: "date",
  features: [{ kind: "attribute", name: "delay", type: "int64" }],
  batchSchedule: "1d",
  featureStartTime: "2001-01-01",
  online: true,
  offline: true,
} as const;

test("the schemas of declared objects are core's types", () => {
  expectTypeOf<z.infer<typeof entitySchema>>().toEqualTypeOf<EntityDefinition>();
  expectTypeOf<z.infer<typeof batchSourceSchema>>().toEqualTypeOf<BatchSourceDefinition>();
  expectTypeOf<z.infer<typeof featureSchema>>().toEqualTypeOf<FeatureDefinition>();
  expectTypeOf<z.infer<typeof batchFeatureViewSchema>>().toEqualTypeOf<BatchFeatureViewDefinition>();
  expectTypeOf<z.infer<typeof featureTypeSchema>>().toEqualTypeOf<FeatureType>();
  expectTypeOf<z.infer<typeof streamSourceSchema>>().toEqualTypeOf<StreamSourceDefinition>();
  expectTypeOf<z.infer<typeof sourceSchema>>().toEqualTypeOf<SourceDefinition>();
  expectTypeOf<z.infer<typeof streamFeatureViewSchema>>().toEqualTypeOf<StreamFeatureViewDefinition>();
  expectTypeOf<z.infer<typeof featureTableSchema>>().toEqualTypeOf<FeatureTableDefinition>();
  expectTypeOf<z.infer<typeof featureViewSchema>>().toEqualTypeOf<FeatureViewDefinition>();
  expectTypeOf<z.infer<typeof featureServiceSchema>>().toEqualTypeOf<FeatureServiceDefinition>();
  expectTypeOf<z.infer<typeof definitionKindSchema>>().toEqualTypeOf<DefinitionKind>();
  expectTypeOf<z.infer<typeof definitionSchema>>().toEqualTypeOf<Definition>();
  expect(definitionSchema.parse(view)).toEqual(view);
});

test("an unknown key is refused with its path", () => {
  const found = definitionsSchema.safeParse([view, { ...view, transform: { sql: "select 1", python: "" } }]);
  expect(found.error?.issues).toMatchObject([
    { code: "unrecognized_keys", path: [1, "transform"], keys: ["python"] },
  ]);
});

test("an unknown kind is refused at its path", () => {
  const found = definitionSchema.safeParse({ ...view, kind: "view" });
  expect(found.error?.issues[0]?.path).toEqual(["kind"]);
});

test("sizes are bounded", () => {
  const joinKeys = Array.from({ length: 33 }, (_, index) => ({ name: `k${index}`, type: "string" }));
  expect(entitySchema.safeParse({ kind: "entity", name: "a", joinKeys }).success).toBe(false);
});

test("every kind travels as it is declared", () => {
  const batch = {
    format: "csv",
    path: "a.csv",
    columns: [{ name: "at", type: "timestamp" }],
    timestampField: "at",
    dataDelay: "0s",
  };
  const { sources: _sources, transform: _transform, batchSchedule: _batchSchedule, ...table } = view;
  const definitions = [
    { kind: "batchSource", name: "flights", batch },
    { kind: "streamSource", name: "clicks", stream: { kind: "push" }, batch },
    { ...view, sources: [{ parameter: "a", source: "a", sees: "unfiltered" }], incrementalBackfills: true },
    {
      ...view,
      kind: "streamFeatureView",
      sources: [{ parameter: "a", source: "a", sees: { lookback: "1d" } }],
    },
    { ...table, kind: "featureTable" },
    {
      kind: "realtimeFeatureView",
      name: "r",
      sources: [
        { kind: "request", parameter: "request", schema: [{ name: "amounts", type: "float64[]" }] },
        { kind: "view", parameter: "d", view: "delays", features: ["delay"], joinKeyMap: { origin: "from" } },
      ],
      features: [{ name: "ratio", type: "float64" }],
      transform: { function: "() => ({ ratio: 1 })" },
    },
    {
      kind: "featureService",
      name: "s",
      views: [{ view: "delays", name: "d", features: ["delay"], joinKeyMap: { origin: "from" } }],
    },
  ];
  expect(definitionsSchema.parse(definitions)).toEqual(definitions);
});

test("what a kind does not have is refused", () => {
  const wrong = [
    { ...view, kind: "streamFeatureView", incrementalBackfills: true },
    { ...view, kind: "featureTable" },
  ];
  expect(definitionsSchema.safeParse(wrong).error?.issues).toMatchObject([
    { code: "unrecognized_keys", keys: ["incrementalBackfills"] },
    { code: "unrecognized_keys", keys: ["sources", "transform", "batchSchedule"] },
  ]);
});
