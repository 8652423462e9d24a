import type { AggregateName, ValueType } from "@tesela/core";
import type { Aggregate, AggregateOptions, Attribute } from "./feature.ts";
import type { OffsetWindow, WindowInput } from "./window.ts";

/** Types of columns that can be added up. */
type Numeric = "int64" | "float64";

/** Types of columns that have a least and a greatest value. */
type Ordered = Numeric | "string" | "timestamp";

/** Declares a feature that is the newest value of a column of the transformation. */
export function attribute<const Name extends string, const Type extends ValueType>(
  name: Name,
  type: Type,
): Attribute<Name, Type> {
  return Object.freeze({ kind: "attribute", name, type });
}

/** How many values of the column are not null in the window. */
export const count = aggregate<"count", ValueType>("count");

/** The sum of the column in the window: int64 of int64 (refusing to overflow), float64 of float64. */
export const sum = aggregate<"sum", Numeric>("sum");

/** The arithmetic mean of the column in the window. */
export const mean = aggregate<"mean", Numeric>("mean");

/** The least value of the column in the window. */
export const min = aggregate<"min", Ordered>("min");

/** The greatest value of the column in the window, where NaN is the greatest. */
export const max = aggregate<"max", Ordered>("max");

/** Declares an aggregate of one function over a column and a window: `mean("delay", "7d")`. */
export interface AggregateFunction<Function extends AggregateName, Accepts extends ValueType> {
  <
    const Column extends string,
    const Window extends WindowInput,
    const Name extends string = never,
    const Type extends Accepts = never,
  >(
    column: Column,
    window: Window,
    options?: AggregateOptions<Name, Type>,
  ): Aggregate<Function, Column, Window, OrNull<Name>, OrNull<Type>>;
}

/** `null` where nothing was given; the list that a feature stands in must not widen it. */
type OrNull<T> = NoInfer<[T] extends [never] ? null : T>;

function aggregate<Function extends AggregateName, Accepts extends ValueType>(
  name: Function,
): AggregateFunction<Function, Accepts> {
  return (column, window, options) =>
    Object.freeze({
      kind: "aggregate",
      function: name,
      column,
      window: frozenWindow(window),
      name: (options?.name ?? null) as never,
      type: (options?.type ?? null) as never,
    });
}

function frozenWindow<W extends WindowInput>(window: W): W {
  return typeof window === "string" ? window : (Object.freeze({ ...(window as OffsetWindow) }) as W);
}
