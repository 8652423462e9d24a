import type { AggregateParameters } from "@tesela/core";

/** A function as a default feature name spells it: `approx_count_distinct`. */
export type SnakeCase<Text extends string> = Text extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${SnakeCase<Tail>}`
    : `_${Lowercase<Head>}${SnakeCase<Tail>}`
  : "";

/** How many, or which percentile, as a default feature name spells it after the function: `_10`, `_99_5`. */
export type ParameterName<Parameters extends AggregateParameters> = Parameters extends {
  readonly n: infer N extends number;
}
  ? `_${N}`
  : Parameters extends { readonly percentile: infer Percentile extends number }
    ? `_${PercentName<`${Percentile}`>}`
    : "";

/** `"0.95"` is `"95"`, `"0.995"` is `"99_5"`; `string` where the compiler cannot know it. */
type PercentName<Text extends string> = Text extends "0"
  ? "0"
  : Text extends "1"
    ? "100"
    : Text extends `0.${infer Tenth}${infer Rest}`
      ? Rest extends `${infer Hundredth}${infer Tail}`
        ? `${Whole<`${Tenth}${Hundredth}`>}${Tail extends "" ? "" : `_${Tail}`}`
        : Whole<`${Tenth}0`>
      : string;

type Whole<Digits extends string> = Digits extends `0${infer Digit}` ? Digit : Digits;
