import { validateDefinitions } from "@tesela/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { declarationsOf, featureService, type FeatureValues, type JoinKeys } from "../index.ts";
import { pages, profile, spend } from "./testing/kinds.ts";

describe("a feature service", () => {
  const fraud = featureService({
    name: "fraud",
    views: [
      spend,
      pages.pick("page_count_1h_continuous"),
      profile.withName("payer").withJoinKeyMap({ card_id: "payer_card" }),
      profile.withJoinKeyMap({ card_id: "payee_card" }).withName("payee").pick("vip"),
    ],
    tags: { team: "risk" },
  });

  it("names its views, whole or changed for it", () => {
    expect(fraud.definition).toEqual({
      kind: "featureService",
      name: "fraud",
      views: [
        { view: "spend" },
        { view: "pages", features: ["page_count_1h_continuous"] },
        { view: "profile", name: "payer", joinKeyMap: { card_id: "payer_card" } },
        { view: "profile", name: "payee", joinKeyMap: { card_id: "payee_card" }, features: ["vip"] },
      ],
      tags: { team: "risk" },
    });
    expect(Object.isFrozen(fraud.definition.views[1])).toBe(true);
  });

  it("has the keys and features of its views by the names that it gives them", () => {
    expectTypeOf<JoinKeys<typeof fraud>>().toEqualTypeOf<{
      readonly user_id: bigint | number;
      readonly payer_card: string;
      readonly payee_card: string;
    }>();
    expectTypeOf<FeatureValues<typeof fraud>>().toEqualTypeOf<{
      readonly "spend.amount_sum_7d_1d": number | null;
      readonly "spend.largest": number | null;
      readonly "pages.page_count_1h_continuous": number | null;
      readonly "payer.age": bigint | null;
      readonly "payer.vip": boolean | null;
      readonly "payee.vip": boolean | null;
    }>();
  });

  it("refuses columns and keys that a view has not: compile errors", () => {
    // @ts-expect-error there is no such feature
    spend.pick("worst_delay");
    // @ts-expect-error it was not picked
    spend.pick("largest").pick("amount_sum_7d_1d");
    // @ts-expect-error there is no such join key
    spend.withJoinKeyMap({ card_id: "x" });
    // @ts-expect-error there is no such join key
    spend.withJoinKeyMap({ user_id: "buyer", card_id: "x" });
    expectTypeOf<JoinKeys<typeof spend>>().toEqualTypeOf<{ readonly user_id: bigint | number }>();
  });

  it("renames on: a second map starts from the names of the first", () => {
    const twice = spend.withJoinKeyMap({ user_id: "buyer" }).withJoinKeyMap({ buyer: "payer" });
    expect(twice.definition.joinKeyMap).toEqual({ user_id: "payer" });
  });

  it("brings along all that its views refer to, in the order in which it can be created", () => {
    const found = declarationsOf({ fraud });
    expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "entity card",
      "entity user",
      "batchSource orders",
      "streamSource clicks",
      "batchFeatureView spend",
      "streamFeatureView pages",
      "featureTable profile",
      "featureService fraud",
    ]);
    expect(validateDefinitions(found)).toEqual([]);
  });
});
