import type { AggregateDefinition, CompiledView } from "@tesela/core";
import { viewOfEvents } from "./repository.ts";

/** The windows of every work, in hours. */
export const WINDOW_HOURS = [1, 24, 720] as const;

type Column = "amount" | "product";
type Aggregate = Pick<AggregateDefinition, "function" | "n">;

/** A view of hourly tiles and an hourly schedule: each function of a column over every window. */
export function windowView(name: string, column: Column, functions: readonly Aggregate[]): CompiledView {
  const features = functions.flatMap((one) => WINDOW_HOURS.map((hours) => feature(column, one, hours)));
  return viewOfEvents({ name, features, aggregationInterval: "1h" });
}

function feature(column: Column, aggregate: Aggregate, hours: number): AggregateDefinition {
  const window = { kind: "sliding", size: `${hours}h`, offset: "0s" } as const;
  return { kind: "aggregate", name: `${aggregate.function}_${hours}h`, column, window, ...aggregate };
}
