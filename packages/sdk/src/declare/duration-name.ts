type Digit = {
  "0": [];
  "1": [0];
  "2": [0, 0];
  "3": [0, 0, 0];
  "4": [0, 0, 0, 0];
  "5": [0, 0, 0, 0, 0];
  "6": [0, 0, 0, 0, 0, 0];
  "7": [0, 0, 0, 0, 0, 0, 0];
  "8": [0, 0, 0, 0, 0, 0, 0, 0];
  "9": [0, 0, 0, 0, 0, 0, 0, 0, 0];
};

/** A number as the length of a tuple. */
type Count = readonly 0[];
type Ten<T extends Count> = [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T];
type Six<T extends Count> = [...T, ...T, ...T, ...T, ...T, ...T];
type TwentyFour = [...Digit["8"], ...Digit["8"], ...Digit["8"]];
type Sixty = Ten<Digit["6"]>;

/** How often `Divisor` goes into `T`, and what is left. */
type Divide<T extends Count, Divisor extends Count, Quotient extends Count = []> = T extends readonly [
  ...Divisor,
  ...infer Rest extends Count,
]
  ? Divide<Rest, Divisor, [...Quotient, 0]>
  : [Quotient["length"], T];

type TrimZeros<Text extends string> = Text extends "0"
  ? "0"
  : Text extends `0${infer Rest}`
    ? TrimZeros<Rest>
    : Text;

/** Long division of decimal text: the exact quotient as text, or `null` where a remainder is left. */
type Quotient<
  Text extends string,
  Divisor extends Count,
  Rest extends Count = [],
  Written extends string = "",
> = Text extends `${infer Head extends keyof Digit}${infer Tail}`
  ? Divide<[...Ten<Rest>, ...Digit[Head]], Divisor> extends [infer Q extends number, infer R extends Count]
    ? Quotient<Tail, Divisor, R, `${Written}${Q}`>
    : never
  : Rest extends readonly []
    ? TrimZeros<Written>
    : null;

/** Decimal digits without leading zeros; `null` for any other text, and for zero. */
type Digits<Text extends string> = Text extends ""
  ? null
  : OnlyDigits<Text> extends true
    ? NotZero<TrimZeros<Text>>
    : null;
type NotZero<Text extends string> = Text extends "0" ? null : Text;
type OnlyDigits<Text extends string> = Text extends ""
  ? true
  : Text extends `${keyof Digit}${infer Rest}`
    ? OnlyDigits<Rest>
    : false;

type Hours<N extends string> = Quotient<N, TwentyFour> extends infer Q extends string ? `${Q}d` : `${N}h`;
type Minutes<N extends string> = Quotient<N, Sixty> extends infer Q extends string ? Hours<Q> : `${N}m`;
type Seconds<N extends string> = Quotient<N, Sixty> extends infer Q extends string ? Minutes<Q> : `${N}s`;
type Millis<N extends string> = N extends `${infer Q}000` ? Seconds<Q> : `${N}ms`;
type Micros<N extends string> = N extends `${infer Q}000` ? Millis<Q> : `${N}us`;

type Weeks<N extends string> = N extends keyof Digit
  ? SevenDays<Digit[N]>
  : N extends `${infer A extends keyof Digit}${infer B extends keyof Digit}`
    ? SevenDays<[...Ten<Digit[A]>, ...Digit[B]]>
    : string;
type SevenDays<T extends Count> = [...Six<T>, ...T]["length"] extends infer Days extends number
  ? `${Days}d`
  : string;

/** The unit's own name of `N`, when `N` is a whole number. */
type Named<N extends string, Unit extends string> =
  Digits<N> extends infer D extends string
    ? {
        w: Weeks<D>;
        d: `${D}d`;
        h: Hours<D>;
        m: Minutes<D>;
        s: Seconds<D>;
        ms: Millis<D>;
        us: Micros<D>;
      }[Unit & ("w" | "d" | "h" | "m" | "s" | "ms" | "us")]
    : string;

/**
 * How a literal duration prints in a default feature name, as `formatDuration` of core does at run time:
 * `"24h"` is `"1d"`. It is `string` where the literal has more than one unit or is not known.
 */
export type DurationName<Text extends string> = string extends Text
  ? string
  : Text extends `${infer N}ms`
    ? Named<N, "ms">
    : Text extends `${infer N}us`
      ? Named<N, "us">
      : SingleLetter<Text>;

type SingleLetter<Text extends string> = Text extends `${infer N}w`
  ? Named<N, "w">
  : Text extends `${infer N}d`
    ? Named<N, "d">
    : Text extends `${infer N}h`
      ? Named<N, "h">
      : Text extends `${infer N}m`
        ? Named<N, "m">
        : Text extends `${infer N}s`
          ? Named<N, "s">
          : string;
