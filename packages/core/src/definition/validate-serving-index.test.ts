import { expect, test } from "vitest";
import { formatProblems } from "../errors/problem.ts";
import { compileView } from "./compile.ts";
import type { EntityDefinition, FeatureTableDefinition } from "./definition.ts";
import { resolveTable } from "./resolve-table.ts";
import { repositoryOf, validateDefinitions } from "./validate.ts";

const user: EntityDefinition = {
  kind: "entity",
  name: "user",
  joinKeys: [
    { name: "country", type: "string" },
    { name: "user_id", type: "int64" },
  ],
};
const ad: EntityDefinition = { kind: "entity", name: "ad", joinKeys: [{ name: "ad_id", type: "bytes" }] };
const table: FeatureTableDefinition = {
  kind: "featureTable",
  name: "clicks",
  entities: ["user", "ad"],
  timestampField: "at",
  features: [{ kind: "attribute", name: "score", type: "float64" }],
  featureStartTime: "2024-01-01T00:00:00Z",
  online: true,
  offline: true,
};
const problemsOf = (onlineServingIndex: readonly string[]): string =>
  formatProblems(validateDefinitions([user, ad, { ...table, onlineServingIndex }]));

test("an index of all join keys but one, in order, is sound, and the one is the wildcard", () => {
  const repository = repositoryOf([user, ad]);
  const wildcardOf = (view: FeatureTableDefinition) =>
    compileView(view, repository, resolveTable(view, repository)).wildcardKey;
  expect(wildcardOf(table)).toBeNull();
  for (const [index, wildcard] of [
    [["country", "user_id"], { name: "ad_id", type: "bytes" }],
    [["country", "ad_id"], { name: "user_id", type: "int64" }],
    [["user_id", "ad_id"], { name: "country", type: "string" }],
  ] as const) {
    expect(problemsOf(index)).toBe("");
    expect(wildcardOf({ ...table, onlineServingIndex: index })).toEqual(wildcard);
  }
});

test.each([
  [[], /it names no join key/],
  [["user_id"], /it leaves out 2 join keys, expected one/],
  [["country", "user_id", "ad_id"], /it names every join key/],
  [["user_id", "country"], /its join keys are not in the view's order/],
  [["user_id", "user_id"], /"user_id" stands more than once/],
  [["country", "score"], /"score" is no join key of the view.*The join keys are: country, user_id, ad_id/s],
])("an index of %j is refused", (index, problem) => {
  expect(problemsOf(index)).toMatch(problem);
});
