import {
  compileView,
  micros,
  parseInstant,
  repositoryOf,
  resolveTable,
  type FeatureTableDefinition,
} from "@tesela/core";
import { expect, test } from "vitest";
import type { AttributeEntry } from "../value/attribute-value.ts";
import { tableRows } from "../reader/table-rows.ts";
import { mergeTable } from "./merge-table.ts";

const START = parseInstant("2024-01-01T00:00:00Z");
const at = (offset: number) => micros(START + BigInt(offset));

function table(extra: Partial<FeatureTableDefinition> = {}) {
  const definition: FeatureTableDefinition = {
    kind: "featureTable",
    name: "t",
    entities: ["e"],
    timestampField: "ts",
    features: [{ kind: "attribute", name: "v", type: "int64" }],
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
    ...extra,
  };
  const entity = { kind: "entity", name: "e", joinKeys: [{ name: "k", type: "int64" }] } as const;
  const repository = repositoryOf([entity, definition]);
  return compileView(definition, repository, resolveTable(definition, repository));
}

const row = (offset: number, commitSeq: number): AttributeEntry => {
  return { eventTime: at(offset), commitSeq: BigInt(commitSeq), cells: [BigInt(commitSeq)] };
};
const merged = (
  keptFrom: number,
  stored: readonly AttributeEntry[],
  incoming: readonly AttributeEntry[],
  view = table(),
) => {
  const scope = { commitSeq: 2n, visibleSeq: 1n, keptFrom: at(keptFrom) };
  return mergeTable(view, scope, stored, incoming);
};

test("the newest row before the oldest bound is kept, and every row that waits for the clock", () => {
  expect(merged(10, [row(1, 1), row(5, 1), row(10, 1), row(30, 1)], [row(20, 2)])).toEqual([
    row(5, 1),
    row(10, 1),
    row(20, 2),
    row(30, 1),
  ]);
});

test("a late row older than the newest visible one changes nothing", () => {
  expect(merged(10, [row(5, 1)], [row(3, 2)])).toEqual([row(5, 1)]);
});

test("until the push is done reads find what the commit before has: it stays beside what replaces it", () => {
  const both = merged(10, [row(5, 1)], [row(5, 2), row(7, 2)]);
  expect(both).toEqual([row(5, 1), row(7, 2)]);
  expect(tableRows(both, 1n)).toEqual([row(5, 1)]);
  expect(tableRows(both, 2n).at(-1)).toEqual(row(7, 2));
  const corrected = merged(10, [row(5, 1)], [row(5, 2)]);
  expect([tableRows(corrected, 1n), tableRows(corrected, 2n)]).toEqual([[row(5, 1)], [row(5, 2)]]);
});

test("a push that is repeated ends the same", () => {
  const once = merged(10, [row(5, 1), row(30, 1)], [row(5, 2), row(40, 2)]);
  expect(merged(10, once, [row(5, 2), row(40, 2)])).toEqual(once);
});

test("TIME T7: a row that is gone at the oldest bound is dropped", () => {
  const view = table({ ttl: "10us" });
  expect(merged(15, [row(5, 1)], [], view)).toEqual([]);
  expect(merged(14, [row(5, 1)], [], view)).toEqual([row(5, 1)]);
});
