import { edge, formatRange, mergeRanges, subtractRanges, type TimeRange } from "@tesela/core";
import { compiled } from "../e2e/faults/definitions.ts";
import { clockDay } from "./act.ts";
import { daysOf } from "./expected.ts";
import type { ViewName } from "./schedule.ts";
import { clockOf, type World } from "./world.ts";

/**
 * What is not materialized up to the clock: offline any day, online what keeps the edge from being there (TIME T12). An
 * older range that lies alone online, as the rest of a cancelled backfill does, keeps nothing.
 */
export async function gapsOf(world: World, name: ViewName): Promise<string[]> {
  const { generation, definition } = world.views[name];
  const clock = await clockDay(world);
  const [offline, online] = await Promise.all(
    (["offline", "online"] as const).map(async (store) =>
      mergeRanges((await world.registry.ledger.ranges(generation, store)).map(({ range }) => range)),
    ),
  );
  const first = clockOf(daysOf(world.views[name], clock)[0]!);
  const missing = subtractRanges({ start: first, end: clockOf(clock) }, offline!);
  const isServed = edge(compiled(definition).time, online!) === clockOf(clock);
  return [
    ...missing.map((range) => `${name} offline lacks ${formatRange(range)}`),
    ...(isServed ? [] : [`${name} online has ${textOf(online!)}, the clock shows day ${clock}`]),
  ];
}

function textOf(ranges: readonly TimeRange[]): string {
  return ranges.length === 0 ? "nothing" : ranges.map(formatRange).join(" and ");
}
