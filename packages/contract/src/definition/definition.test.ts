import type {
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  Definition,
  EntityDefinition,
  FeatureDefinition,
} from "@tesela/core";
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { batchFeatureViewSchema } from "./batch-feature-view.ts";
import type { batchSourceSchema } from "./batch-source.ts";
import { definitionSchema, definitionsSchema } from "./definition.ts";
import { entitySchema } from "./entity.ts";
import type { featureSchema } from "./feature.ts";

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
