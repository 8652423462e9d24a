import type { AggregateName, AggregateParameters, ValueType } from "@tesela/core";
import type { DurationName } from "./duration-name.ts";
import type { ParameterName, SnakeCase } from "./aggregate-name.ts";
import type { WindowInput, WindowName } from "./window.ts";

/** A declared feature that is the newest value of a column. */
export interface Attribute<Name extends string = string, Type extends ValueType = ValueType> {
  readonly kind: "attribute";
  readonly name: Name;
  readonly type: Type;
}

/** A declared feature that folds a column over a window; its default name needs the view's interval. */
export interface Aggregate<
  Function extends AggregateName = AggregateName,
  Column extends string = string,
  Window extends WindowInput = WindowInput,
  Name extends string | null = string | null,
  Type extends ValueType | null = ValueType | null,
  Parameters extends AggregateParameters = AggregateParameters,
> {
  readonly kind: "aggregate";
  readonly function: Function;
  readonly column: Column;
  readonly window: Window;
  /** `null`: the default name. */
  readonly name: Name;
  /** What the column's type is said to be; `null` when nothing is said. */
  readonly type: Type;
  /** What the function takes besides column and window. */
  readonly parameters: Parameters;
}

/** Any declared feature. */
export type Feature = Attribute | Aggregate;

/** Options of an aggregate: a name of its own, and the column's type (checked, never a cast). */
export interface AggregateOptions<Name extends string, Type extends ValueType> {
  readonly name?: Name;
  readonly type?: Type;
}

/** The type that a value has in TypeScript. */
export interface ValueOf {
  readonly int64: bigint;
  readonly float64: number;
  readonly string: string;
  readonly bool: boolean;
  /** ISO text, UTC, exact to the microsecond. */
  readonly timestamp: string;
  readonly bytes: Uint8Array;
}

/**
 * A feature's name in a view of this aggregation interval, or `"continuous"`; `string` where the compiler cannot
 * know it.
 */
export type FeatureName<F extends Feature, Interval extends string> =
  F extends Attribute<infer Name>
    ? Name
    : F extends Aggregate<infer Function, infer Column, infer Window, infer Name, infer _, infer Parameters>
      ? Name extends string
        ? Name
        : Known<`${Column}_${SnakeCase<Function>}${ParameterName<Parameters>}_${WindowName<Window>}_${IntervalName<Interval>}`>
      : never;

type IntervalName<Interval extends string> = Interval extends "continuous"
  ? Interval
  : DurationName<Interval>;

/** The text itself when it is one literal, else `string`: a pattern of names would promise too much. */
type Known<Text extends string> = {} extends Record<Text, 0> ? string : Text;

/** A feature's value: null before the start, and (counts and lists aside) in an empty window (TIME T5, T6). */
export type FeatureValue<F extends Feature> =
  F extends Attribute<string, infer Type>
    ? ValueOf[Type] | null
    : F extends Aggregate<infer Function, string, WindowInput, string | null, infer Type>
      ? AggregateValue<Function, Type> | null
      : never;

/** Functions whose values have the type of the column. */
type OfColumn = "sum" | "min" | "max";

/** Functions whose values are lists of the column's values. */
export type ListFunction = "last" | "first" | "lastDistinct" | "firstDistinct";

type AggregateValue<
  Function extends AggregateName,
  Type extends ValueType | null,
> = Function extends ListFunction
  ? readonly ValueOf[Type extends ValueType ? Type : ValueType][]
  : Function extends OfColumn
    ? Type extends ValueType
      ? ValueOf[Type]
      : Function extends "sum"
        ? bigint | number
        : bigint | number | string
    : number;
