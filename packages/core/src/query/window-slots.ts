import type { Partial } from "../aggregation/aggregate.ts";
import type { CompiledAggregate } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import type { Sql } from "../sql/sql.ts";
import type { Window } from "../time/view-time.ts";
import type { AggregateShape } from "./tiles.ts";

/** One partial merged over one window; features share slots. */
export interface WindowSlot {
  readonly name: string;
  readonly partial: Partial;
  readonly window: Window;
}

/** The distinct slots that the features of a view need, in order of first use. */
export function windowSlots(shape: AggregateShape): readonly WindowSlot[] {
  const slots = new Map<string, WindowSlot>();
  for (const feature of shape.features) {
    for (const index of feature.partials) {
      const partial = shape.partials[index]!;
      const name = slotName(partial, feature.window);
      slots.set(name, { name, partial, window: feature.window });
    }
  }
  return [...slots.values()];
}

/** The distinct partials of slots, in order of first use. */
export function partialsOf(slots: readonly WindowSlot[]): readonly Partial[] {
  return [...new Map(slots.map(({ partial }) => [partial.name, partial])).values()];
}

/** The merged partials of a feature, as columns of a relation. */
export function slotsOf(shape: AggregateShape, feature: CompiledAggregate, relation: string): readonly Sql[] {
  return feature.partials.map((index) => id(relation, slotName(shape.partials[index]!, feature.window)));
}

function slotName(partial: Partial, window: Window): string {
  const over = window.kind === "lifetime" ? "lifetime" : `${window.size}_${window.offset}`;
  return `${partial.name}__${over}`;
}
