import {
  compileView,
  DAY,
  repositoryOf,
  type CompiledView,
  type StreamFeatureViewDefinition,
  type WindowDefinition,
} from "@tesela/core";
import { expect, test } from "vitest";
import { levelsOf, newEpoch, storedLevels, type AggregateShape } from "./levels.ts";

const sliding = (size: string): WindowDefinition => ({ kind: "sliding", size, offset: "0s" });

/** The aggregates of a stream view; without an interval they are continuous. */
function compiled(window: WindowDefinition, aggregationInterval?: string): [CompiledView, AggregateShape] {
  const view: StreamFeatureViewDefinition = {
    kind: "streamFeatureView",
    name: "v",
    entities: ["e"],
    sources: [{ parameter: "s", source: "s" }],
    transform: { sql: "select * from s" },
    timestampField: "ts",
    features: [{ kind: "aggregate", name: "c", function: "count", column: "v", window }],
    ...(aggregationInterval === undefined ? {} : { aggregationInterval }),
    batchSchedule: "28d",
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
  };
  const batch = { format: "parquet", path: "s", timestampField: "ts", dataDelay: "0s" } as const;
  const repository = repositoryOf([
    { kind: "entity", name: "e", joinKeys: [{ name: "k", type: "int64" }] },
    { kind: "streamSource", name: "s", stream: { kind: "push" }, batch },
    view,
  ]);
  const columns = [{ name: "v", duckdbType: "DOUBLE", type: "float64" as const }];
  const made = compileView(view, repository, { columns, normalizedSql: "", parsedForm: "" });
  if (made.shape.kind !== "aggregates") throw new Error("expected aggregates");
  return [made, made.shape];
}

const spans = ([view, shape]: [CompiledView, AggregateShape]): string[] =>
  levelsOf(view, shape).map(({ interval, span }) => `${hours(interval)} in ${hours(span)}`);

const hours = (duration: bigint): string => {
  if (duration % DAY === 0n) return `${duration / DAY}d`;
  return duration === 1n ? "event" : `${duration / 60_000_000n}min`;
};

test("there is a coarser level as long as a window is longer than a chunk", () => {
  expect(spans(compiled(sliding("1d"), "5m"))).toEqual(["5min in 1d"]);
  expect(spans(compiled(sliding("30d"), "5m"))).toEqual(["5min in 1d", "1d in 32d"]);
  expect(spans(compiled(sliding("56d"), "7d"))).toEqual(["7d in 224d"]);
  expect(spans(compiled({ kind: "lifetime" }, "1d"))).toEqual(["1d in 32d", "32d in 1024d"]);
});

test("single events stand in chunks of an hour", () => {
  expect(spans(compiled(sliding("1h")))).toEqual(["event in 60min"]);
  expect(spans(compiled(sliding("30d")))).toEqual(["event in 60min", "60min in 1d", "1d in 32d"]);
});

test("what an earlier release has written stands at the view's own interval alone", () => {
  const [view, shape] = compiled(sliding("30d"), "5m");
  const marker = { commitSeq: 1n, edge: null, retainedFrom: null, hidden: 0n };
  const before = { ...marker, epoch: "0b7e7f0e-7a55-4d0e-9a50-6f9d9f9d4b0a" };
  expect(storedLevels(view, shape, before)).toEqual(levelsOf(view, shape).slice(0, 1));
  expect(storedLevels(view, shape, { ...marker, epoch: newEpoch() })).toEqual(levelsOf(view, shape));
  expect(storedLevels(view, shape, null)).toEqual(levelsOf(view, shape));
});
