import type { Partial } from "../aggregation/aggregate.ts";
import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { sql, type Sql } from "../sql/sql.ts";
import type { RelationNames } from "./probes.ts";
import { framesSql, type FramePlan } from "./window-frames.ts";
import type { WindowSlot } from "./window-slots.ts";

interface End {
  readonly side: "last" | "first";
  readonly n: bigint;
}

/** Which end of the values of a window a partial keeps, and how many; `null` if it is another one. */
export function endOf({ name, column }: Partial): End | null {
  const match = /^__(last|first)_(\d+)$/.exec(name.slice(column.length));
  return match === null ? null : { side: match[1] as End["side"], n: BigInt(match[2]!) };
}

/**
 * Windows of one partial that keeps the n last or first values: they are in n tiles at that end of the
 * window, of those that hold any, however long the window is.
 */
export function windowEndsSql(view: CompiledView, names: RelationNames, slots: readonly WindowSlot[]): Sql {
  const [{ partial }] = slots as readonly [WindowSlot];
  const stored = sql`(select * from ${names.stored} where ${id(partial.name)} is not null)`;
  return framesSql(view, { ...names, stored }, slots, planOf(endOf(partial)!));
}

function planOf({ side, n }: End): FramePlan {
  const slice = side === "last" ? sql`[${-n}:]` : sql`[:${n}]`;
  return {
    merged: ({ name }, frame) => sql`flatten(list(${id(name)}) over ${frame})${slice}`,
    frame: (first, last) =>
      side === "last"
        ? [sql`least(${first}, ${last} + ${n - 1n})`, last]
        : [first, sql`greatest(${last}, ${first} - ${n - 1n})`],
  };
}
