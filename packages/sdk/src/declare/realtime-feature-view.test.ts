import { validateDefinitions } from "@tesela/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  declarationsOf,
  featureService,
  realtimeFeatureView,
  requestSource,
  type FeatureValues,
  type JoinKeys,
} from "../index.ts";
import { pages, profile, spend } from "./testing/kinds.ts";

const request = requestSource({
  schema: { amount: "float64", at: "timestamp", id: "int64", tags: "string[]" },
});

const risk = realtimeFeatureView({
  name: "risk",
  sources: { request, spend, payer: profile.pick("age").withJoinKeyMap({ card_id: "payer_card" }) },
  schema: { ratio: "float64", id: "int64", labels: "string[]", at: "timestamp" },
  transform: ({ request, spend, payer }) => ({
    ratio: request.amount === null || spend.largest === null ? null : request.amount / spend.largest,
    id: payer.age,
    labels: request.tags,
    at: request.at,
  }),
  owner: "fraud",
});

describe("a realtime feature view", () => {
  it("is its sources, its features and the text of its function", () => {
    expect(risk.definition).toMatchObject({
      kind: "realtimeFeatureView",
      name: "risk",
      sources: [
        {
          kind: "request",
          parameter: "request",
          schema: [
            { name: "amount", type: "float64" },
            { name: "at", type: "timestamp" },
            { name: "id", type: "int64" },
            { name: "tags", type: "string[]" },
          ],
        },
        { kind: "view", parameter: "spend", view: "spend" },
        {
          kind: "view",
          parameter: "payer",
          view: "profile",
          features: ["age"],
          joinKeyMap: { card_id: "payer_card" },
        },
      ],
      features: [
        { name: "ratio", type: "float64" },
        { name: "id", type: "int64" },
        { name: "labels", type: "string[]" },
        { name: "at", type: "timestamp" },
      ],
      owner: "fraud",
    });
    expect(risk.definition.transform.function).toMatch(/^\(\{ request, spend, payer \}\) => /);
    expect(Object.isFrozen(risk.definition.sources[0])).toBe(true);
  });

  it("brings along the views that it reads and what these stand on, also in a service", () => {
    const service = featureService({ name: "fraud", views: [risk, pages] });
    const found = declarationsOf({ service });
    expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "entity card",
      "entity user",
      "batchSource orders",
      "streamSource clicks",
      "batchFeatureView spend",
      "streamFeatureView pages",
      "featureTable profile",
      "realtimeFeatureView risk",
      "featureService fraud",
    ]);
    expect(validateDefinitions(found).map(({ path }) => path)).toEqual([]);
  });

  it("has the keys of its views and the values of its schema", () => {
    expectTypeOf<JoinKeys<typeof risk>>().toEqualTypeOf<{
      readonly user_id: bigint | number;
      readonly payer_card: string;
    }>();
    expectTypeOf<FeatureValues<typeof risk>>().toEqualTypeOf<{
      readonly ratio: number | null;
      readonly id: bigint | null;
      readonly labels: readonly string[] | null;
      readonly at: string | null;
    }>();
    const service = featureService({ name: "s", views: [risk.withName("r").pick("ratio"), spend] });
    expectTypeOf<FeatureValues<typeof service>>().toEqualTypeOf<{
      readonly "r.ratio": number | null;
      readonly "spend.amount_sum_7d_1d": number | null;
      readonly "spend.largest": number | null;
    }>();
  });

  it("types what its function is given: request fields and features, each or null", () => {
    realtimeFeatureView({
      name: "typed",
      sources: { request, spend, payer: profile.pick("age") },
      schema: { any: "bool" },
      transform: ({ request, spend, payer }) => {
        expectTypeOf(request.amount).toEqualTypeOf<number | null>();
        expectTypeOf(request.at).toEqualTypeOf<string | null>();
        expectTypeOf(request.id).toEqualTypeOf<bigint | null>();
        expectTypeOf(request.tags).toEqualTypeOf<readonly string[] | null>();
        expectTypeOf(spend.largest).toEqualTypeOf<number | null>();
        expectTypeOf(payer).toEqualTypeOf<Readonly<{ age: bigint | null }>>();
        return { any: true };
      },
    });
  });

  it("refuses a function that gives something else than the schema: compile errors", () => {
    const some = { name: "v", sources: { request } } as const;
    expect(request.kind).toBe("requestSource");
    // @ts-expect-error a text is no number
    realtimeFeatureView({ ...some, schema: { y: "float64" }, transform: () => ({ y: "1" }) });
    // @ts-expect-error the feature is missing
    realtimeFeatureView({ ...some, schema: { y: "float64" }, transform: () => ({}) });
    // @ts-expect-error there is no such type
    realtimeFeatureView({ ...some, schema: { y: "float" }, transform: () => ({ y: 1 }) });
    realtimeFeatureView({
      ...some,
      schema: { y: "string" },
      // @ts-expect-error there is no such request field
      transform: (inputs) => ({ y: String(inputs.request.name) }),
    });
    realtimeFeatureView({
      ...some,
      schema: { y: "float64" },
      // @ts-expect-error it is sent without what it waits for
      transform: async () => ({ y: 1 }),
    });
  });
});
