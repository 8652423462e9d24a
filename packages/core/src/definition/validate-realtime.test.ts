import { expect, test } from "vitest";
import type { Definition, RealtimeFeatureViewDefinition } from "./definition.ts";
import { validateDefinitions } from "./validate.ts";
import { MAX_FUNCTION_BYTES } from "./validate-realtime.ts";

const user: Definition = {
  kind: "entity",
  name: "user",
  joinKeys: [{ name: "user_id", type: "int64" }],
};
const profile: Definition = {
  kind: "featureTable",
  name: "profile",
  entities: ["user"],
  timestampField: "ts",
  features: [{ kind: "attribute", name: "age", type: "int64" }],
  featureStartTime: "2024-01-01T00:00:00Z",
  online: true,
  offline: true,
};
const risk: RealtimeFeatureViewDefinition = {
  kind: "realtimeFeatureView",
  name: "risk",
  sources: [
    { kind: "request", parameter: "request", schema: [{ name: "amount", type: "float64" }] },
    {
      kind: "view",
      parameter: "profile",
      view: "profile",
      features: ["age"],
      joinKeyMap: { user_id: "buyer" },
    },
  ],
  features: [{ name: "ratio", type: "float64" }],
  transform: { function: "() => ({ ratio: 1 })" },
};
const service: Definition = {
  kind: "featureService",
  name: "service",
  views: [{ view: "risk", features: ["ratio"], joinKeyMap: { buyer: "payer" } }, { view: "profile" }],
};

const problemsOf = (change: Partial<RealtimeFeatureViewDefinition>, ...others: readonly Definition[]) =>
  validateDefinitions([user, profile, { ...risk, ...change }, ...others]).map(({ message }) => message);

const view = (change: object): Partial<RealtimeFeatureViewDefinition> => ({
  sources: [{ kind: "view", parameter: "profile", view: "profile", ...change }],
});

test("a realtime view over request data and a view, and a service of it under other keys, have no problem", () => {
  expect(problemsOf({}, service)).toEqual([]);
});

test.each<[string, Partial<RealtimeFeatureViewDefinition>, string]>([
  ["no source", { sources: [] }, "it has no source"],
  ["a view that is not there", view({ view: "nothing" }), 'there is no feature view "nothing"'],
  ["another realtime view", view({ view: "risk" }), '"risk" is a realtime feature view itself'],
  [
    "a feature that its view lacks",
    view({ features: ["size"] }),
    'feature view "profile" has no feature "size"',
  ],
  [
    "a key that its view lacks",
    view({ joinKeyMap: { id: "x" } }),
    'feature view "profile" has no join key "id"',
  ],
  ["no feature", { features: [] }, "it names no value"],
  [
    "a parameter that is no name",
    { sources: [{ ...risk.sources[0]!, parameter: "a b" }] },
    '"a b" is not a name',
  ],
  [
    "one parameter twice",
    { sources: [risk.sources[0]!, risk.sources[0]!] },
    '"request" stands more than once (letter case does not count)',
  ],
  ["no function", { transform: { function: " " } }, "it is empty"],
  [
    "a function that is too long",
    { transform: { function: "é".repeat(MAX_FUNCTION_BYTES / 2 + 1) } },
    "its text has 65538 bytes, more than 65536",
  ],
])("%s is a problem", (_, change, message) => {
  expect(problemsOf(change)).toEqual([message]);
});

test("a request field of two sources has one type", () => {
  const twice = { kind: "request", parameter: "more", schema: [{ name: "amount", type: "int64" }] } as const;
  expect(problemsOf({ sources: [risk.sources[0]!, twice] })).toEqual([
    '"amount" is int64 here and float64 in another request source',
  ]);
});

test("a service names features and keys that a realtime view has", () => {
  const wrong = {
    ...service,
    views: [{ view: "risk", features: ["x"], joinKeyMap: { user_id: "y" } }],
  } as Definition;
  expect(problemsOf({}, wrong)).toEqual([
    'feature view "risk" has no feature "x"',
    'feature view "risk" has no join key "user_id"',
  ]);
});
