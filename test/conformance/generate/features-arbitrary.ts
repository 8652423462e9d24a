import fc from "fast-check";
import type { ViewJson } from "../case/schema.ts";
import { instantText, lengthText, type Grid } from "./grid.ts";
import type { Tameness } from "./values.ts";

type ColumnType = ViewJson["columns"][string];
type Feature = ViewJson["features"][number];
type Aggregate = Exclude<Feature, { attribute: string }>;
type ColumnTypes = Readonly<Record<"v" | "w", ColumnType>>;

/** One or two attributes, for ever or for a while. */
export function attributesArbitrary({ schedule }: Grid): fc.Arbitrary<Pick<ViewJson, "features" | "ttl">> {
  const features = fc
    .constantFrom(["v"], ["v", "w"])
    .map((names) => names.map((attribute): Feature => ({ attribute })));
  const lengths = [1n, schedule / 2n, schedule, schedule + 1n, schedule * 2n, schedule * 3n - 1n];
  const ttl = fc.constantFrom(...lengths.map(lengthText));
  return fc.record({ features, ttl }, { requiredKeys: ["features"] });
}

/** Up to four aggregates; windows are multiples of the interval, or of anything where `isContinuous`. */
export function aggregatesArbitrary(
  grid: Grid,
  types: ColumnTypes,
  isContinuous: boolean,
): fc.Arbitrary<Pick<ViewJson, "features" | "lifetimeStartTime">> {
  const functions = (["v", "w"] as const).flatMap((column) =>
    functionsOf(types[column]).map((name) => functionArbitrary(name, column)),
  );
  const feature = fc.tuple(fc.oneof(...functions), windowArbitrary(grid, isContinuous));
  const { center, schedule, interval } = grid;
  const start = fc
    .integer({ min: -12, max: 0 })
    .map((steps) => center - 4n * schedule + BigInt(steps) * interval);
  return fc
    .record({ chosen: fc.array(feature, { minLength: 1, maxLength: 4 }), start: fc.option(start) })
    .map(({ chosen, start }) => {
      const features = chosen.map(([what, over], index): Aggregate => ({
        name: `f${index}`,
        ...what,
        ...over,
      }));
      const hasStart = start !== null && features.some(({ window }) => window === "lifetime");
      return { features, ...(hasStart ? { lifetimeStartTime: instantText(start) } : {}) };
    });
}

function windowArbitrary({ interval }: Grid, isContinuous: boolean) {
  const odd = isContinuous ? [0n, 0n, 1n, -1n] : [0n];
  const lengths = (min: number, max: number): fc.Arbitrary<string> =>
    fc
      .tuple(fc.integer({ min, max }).map(BigInt), fc.constantFrom(...odd))
      .map(([steps, off]) => lengthText(steps * interval - (off === 0n || max > 0 ? off : 1n)));
  const sliding = { window: lengths(1, 12), offset: lengths(-4, 0) };
  return fc.oneof(
    { arbitrary: fc.record(sliding, { requiredKeys: ["window"] }), weight: 4 },
    { arbitrary: fc.constant({ window: "lifetime" }), weight: 1 },
  );
}

const OF_ANY = ["count", "last", "first", "lastDistinct", "firstDistinct", "approxCountDistinct"];
const OF_ORDERED = ["min", "max"];
const VARIANCES = ["varPop", "varSamp", "stddevPop", "stddevSamp"];
const OF_NUMBERS = ["sum", "mean", ...VARIANCES, "approxPercentile"];

function functionsOf(type: ColumnType): readonly string[] {
  if (type === "bool") return OF_ANY;
  return type === "int64" || type === "float64"
    ? [...OF_ANY, ...OF_ORDERED, ...OF_NUMBERS]
    : [...OF_ANY, ...OF_ORDERED];
}

type Applied = Pick<Aggregate, "function" | "column" | "n" | "precision" | "percentile">;

function functionArbitrary(name: string, column: string): fc.Arbitrary<Applied> {
  const fields = { function: fc.constant(name), column: fc.constant(column), ...parametersOf(name) };
  return fc.record(fields);
}

function parametersOf(name: string): Record<string, fc.Arbitrary<unknown>> {
  if (/^(last|first)/.test(name)) return { n: fc.integer({ min: 1, max: 4 }) };
  if (name === "approxCountDistinct") return { precision: fc.constantFrom(8, 12, 16, undefined) };
  if (name !== "approxPercentile") return {};
  return {
    percentile: fc.constantFrom(0, 0.25, 0.5, 0.9, 1),
    precision: fc.constantFrom(20, 500, undefined),
  };
}

/** Which values of a column leave every function over it defined to the last digit that the law promises. */
export function tamenessOf(features: readonly Feature[], column: string): Tameness {
  const isOver = (one: Feature): boolean =>
    !("attribute" in one) && one.column === column && VARIANCES.includes(one.function);
  return features.some(isOver) ? "level" : "any";
}
