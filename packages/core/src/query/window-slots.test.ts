import { expect, test } from "vitest";
import { aggregateOf, viewOf } from "./testing/views.ts";
import type { AggregateShape } from "./tiles.ts";
import { slotsOf, windowSlots } from "./window-slots.ts";

const shapeOf = (...features: Parameters<typeof viewOf>[0]): AggregateShape =>
  viewOf(features).shape as AggregateShape;

test("features of one column share its partials, those of one window their slots too", () => {
  const shape = shapeOf(
    aggregateOf("a", "mean", "7d"),
    aggregateOf("b", "sum", "168h"),
    aggregateOf("c", "count", "7d"),
    aggregateOf("d", "sum", "1d"),
  );
  expect(shape.partials.map(({ name }) => name)).toEqual(["v__sum", "v__count"]);
  expect(windowSlots(shape).map(({ name }) => name)).toEqual([
    "v__sum__604800000000_0",
    "v__count__604800000000_0",
    "v__sum__86400000000_0",
  ]);
});

test("T4 windows of one size and another offset are others, a lifetime is one of its own", () => {
  const shape = shapeOf(
    aggregateOf("a", "max", "2d"),
    aggregateOf("b", "max", "2d", "-1d"),
    aggregateOf("c", "max", null),
  );
  expect(windowSlots(shape)).toHaveLength(3);
});

test("a feature finds its slots in the order that its function asks for", () => {
  const shape = shapeOf(aggregateOf("c", "count", "1d"), aggregateOf("m", "mean", "1d"));
  expect(slotsOf(shape, shape.features[1]!, "m0").map(({ text }) => text)).toEqual([
    '"m0"."v__sum__86400000000_0"',
    '"m0"."v__count__86400000000_0"',
  ]);
});
