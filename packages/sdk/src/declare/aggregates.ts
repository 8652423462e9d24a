import type { AggregateName, AggregateParameters, ValueType } from "@tesela/core";
import type { Aggregate, AggregateOptions, Attribute, ListFunction } from "./feature.ts";
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

/** The variance of the column in the window, over all of its values. */
export const varPop = aggregate<"varPop", Numeric>("varPop");

/** The variance of the column in the window, its values taken for a sample; null of one value. */
export const varSamp = aggregate<"varSamp", Numeric>("varSamp");

/** The standard deviation of the column in the window, over all of its values. */
export const stddevPop = aggregate<"stddevPop", Numeric>("stddevPop");

/** The standard deviation of the column in the window, its values taken for a sample; null of one value. */
export const stddevSamp = aggregate<"stddevSamp", Numeric>("stddevSamp");

/** The last `n` values of the column in the window, ascending by event time: `last("merchant", 10, "1h")`. */
export const last = listOf("last");

/** The first `n` values of the column in the window, ascending by event time. */
export const first = listOf("first");

/** The `n` different values seen most recently in the window, ascending by when each was last seen. */
export const lastDistinct = listOf("lastDistinct");

/** The `n` different values seen first in the window, ascending by when each was first seen. */
export const firstDistinct = listOf("firstDistinct");

/** About how many different values the column has in the window: `approxCountDistinct("merchant", "1h")`. */
export function approxCountDistinct<
  const Column extends string,
  const Window extends WindowInput,
  const Name extends string = never,
  const Type extends ValueType = never,
>(
  column: Column,
  window: Window,
  options?: AggregateOptions<Name, Type> & PrecisionOption,
): Aggregate<"approxCountDistinct", Column, Window, OrNull<Name>, OrNull<Type>, PrecisionOption> {
  return declared("approxCountDistinct", column, window, precisionOf(options), options);
}

/** About the value below which `percentile` (0 to 1) of the values lie: `approxPercentile("amount", 0.95, "1h")`. */
export function approxPercentile<
  const Column extends string,
  const Percentile extends number,
  const Window extends WindowInput,
  const Name extends string = never,
  const Type extends Numeric = never,
>(
  column: Column,
  percentile: Percentile,
  window: Window,
  options?: AggregateOptions<Name, Type> & PrecisionOption,
): Aggregate<
  "approxPercentile",
  Column,
  Window,
  OrNull<Name>,
  OrNull<Type>,
  PrecisionOption & { readonly percentile: Percentile }
> {
  return declared("approxPercentile", column, window, { ...precisionOf(options), percentile }, options);
}

/**
 * How exact a sketch is, a whole number: for `approxCountDistinct` 4 to 16, 8 unless told; for `approxPercentile`
 * 20 to 500, 100 unless told.
 */
export interface PrecisionOption {
  readonly precision?: number;
}

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
  ): Aggregate<Function, Column, Window, OrNull<Name>, OrNull<Type>, object>;
}

/** Declares an aggregate whose value is a list of `n` values at most: `last("merchant", 10, "1h")`. */
export interface ListAggregateFunction<Function extends ListFunction> {
  <
    const Column extends string,
    const N extends number,
    const Window extends WindowInput,
    const Name extends string = never,
    const Type extends ValueType = never,
  >(
    column: Column,
    n: N,
    window: Window,
    options?: AggregateOptions<Name, Type>,
  ): Aggregate<Function, Column, Window, OrNull<Name>, OrNull<Type>, { readonly n: N }>;
}

/** `null` where nothing was given; the list that a feature stands in must not widen it. */
type OrNull<T> = NoInfer<[T] extends [never] ? null : T>;

function aggregate<Function extends AggregateName, Accepts extends ValueType>(
  name: Function,
): AggregateFunction<Function, Accepts> {
  return (column, window, options) => declared(name, column, window, {}, options);
}

function listOf<Function extends ListFunction>(name: Function): ListAggregateFunction<Function> {
  return (column, n, window, options) => declared(name, column, window, { n }, options);
}

function declared<
  Function extends AggregateName,
  Column extends string,
  Window extends WindowInput,
  Parameters extends AggregateParameters,
>(
  name: Function,
  column: Column,
  window: Window,
  parameters: Parameters,
  options: AggregateOptions<string, ValueType> | undefined,
): Aggregate<Function, Column, Window, never, never, Parameters> {
  return Object.freeze({
    kind: "aggregate",
    function: name,
    column,
    window: frozenWindow(window),
    name: (options?.name ?? null) as never,
    type: (options?.type ?? null) as never,
    parameters: Object.freeze(parameters),
  });
}

function precisionOf(options: PrecisionOption | undefined): PrecisionOption {
  return options?.precision === undefined ? {} : { precision: options.precision };
}

function frozenWindow<W extends WindowInput>(window: W): W {
  return typeof window === "string" ? window : (Object.freeze({ ...(window as OffsetWindow) }) as W);
}
