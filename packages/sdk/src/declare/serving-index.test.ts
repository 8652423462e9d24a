import { expect, test } from "vitest";
import { attribute, entity, featureTable } from "../index.ts";

const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const ad = entity({ name: "ad", joinKeys: { ad_id: "string" } });
const common = {
  name: "ratings",
  entities: [user, ad],
  timestampField: "at",
  features: [attribute("stars", "float64")],
  featureStartTime: "2024-01-01",
} as const;

test("an online serving index names join keys, and is absent unless given", () => {
  expect(featureTable({ ...common, onlineServingIndex: ["user_id"] }).definition).toMatchObject({
    onlineServingIndex: ["user_id"],
  });
  expect(featureTable(common).definition).not.toHaveProperty("onlineServingIndex");
  // @ts-expect-error there is no such join key
  featureTable({ ...common, onlineServingIndex: ["stars"] });
});
