import { describe, expectTypeOf, it } from "vitest";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  entity,
  lifetime,
  max,
  mean,
  min,
  parquetFiles,
  sql,
  sum,
  type BatchFeatureView,
  type BatchFeatureViewOptions,
  type BatchSource,
  type FeatureValues,
  type JoinKeys,
} from "../index.ts";
import type { DurationName } from "./duration-name.ts";

const airport = entity({ name: "airport", joinKeys: { origin: "string" } });
const user = entity({ name: "user", joinKeys: { user_id: "int64", device: "bytes" } });
const flights = batchSource({
  name: "flights",
  batch: parquetFiles("f.parquet", { timestampField: "date" }),
});

const base = {
  name: "v",
  entities: [airport],
  sources: { flights },
  timestampField: "date",
  batchSchedule: "1d",
  featureStartTime: "2001-01-01",
} as const;

describe("the type of a duration's name", () => {
  it("is the text of formatDuration for a single unit", () => {
    expectTypeOf<DurationName<"1h">>().toEqualTypeOf<"1h">();
    expectTypeOf<DurationName<"7d">>().toEqualTypeOf<"7d">();
    expectTypeOf<DurationName<"30m">>().toEqualTypeOf<"30m">();
    expectTypeOf<DurationName<"24h">>().toEqualTypeOf<"1d">();
    expectTypeOf<DurationName<"36h">>().toEqualTypeOf<"36h">();
    expectTypeOf<DurationName<"60m">>().toEqualTypeOf<"1h">();
    expectTypeOf<DurationName<"1440m">>().toEqualTypeOf<"1d">();
    expectTypeOf<DurationName<"90m">>().toEqualTypeOf<"90m">();
    expectTypeOf<DurationName<"86400s">>().toEqualTypeOf<"1d">();
    expectTypeOf<DurationName<"2w">>().toEqualTypeOf<"14d">();
    expectTypeOf<DurationName<"52w">>().toEqualTypeOf<"364d">();
    expectTypeOf<DurationName<"500ms">>().toEqualTypeOf<"500ms">();
    expectTypeOf<DurationName<"60000ms">>().toEqualTypeOf<"1m">();
    expectTypeOf<DurationName<"007d">>().toEqualTypeOf<"7d">();
    expectTypeOf<DurationName<"2160h">>().toEqualTypeOf<"90d">();
  });

  it("is string where the compiler does not know it", () => {
    expectTypeOf<DurationName<"1d12h">>().toEqualTypeOf<string>();
    expectTypeOf<DurationName<"soon">>().toEqualTypeOf<string>();
    expectTypeOf<DurationName<"0h">>().toEqualTypeOf<string>();
    expectTypeOf<DurationName<string>>().toEqualTypeOf<string>();
  });
});

describe("the types of a declared view", () => {
  const delays = batchFeatureView({
    ...base,
    name: "airport_delays",
    transform: ({ flights }) => sql`select * from ${flights}`,
    aggregationInterval: "1h",
    features: [
      mean("delay", "1d"),
      count("delay", { size: "7d", offset: "-24h" }),
      max("delay", "30d", { name: "worst_delay", type: "int64" }),
      sum("delay", lifetime(), { type: "float64" }),
      min("carrier", "24h", { type: "string" }),
      sum("distance", { size: "1d" }),
      max("distance", "1d"),
    ],
  });

  it("have every feature by its exact name, with the honest type of its value", () => {
    expectTypeOf<FeatureValues<typeof delays>>().toEqualTypeOf<{
      readonly delay_mean_1d_1h: number | null;
      readonly delay_count_7d_offset_1d_1h: number | null;
      readonly worst_delay: bigint | null;
      readonly delay_sum_lifetime_1h: number | null;
      readonly carrier_min_1d_1h: string | null;
      readonly distance_sum_1d_1h: bigint | number | null;
      readonly distance_max_1d_1h: bigint | number | string | null;
    }>();
  });

  it("take the batch schedule where no aggregation interval is given", () => {
    const view = batchFeatureView({
      ...base,
      batchSchedule: "24h",
      transform: ({ flights }) => sql`select * from ${flights}`,
      features: [count("delay", "168h")],
    });
    expectTypeOf<FeatureValues<typeof view>>().toEqualTypeOf<{ readonly delay_count_7d_1d: number | null }>();
  });

  it("have string keys where a name is not known to the compiler", () => {
    const view = batchFeatureView({
      ...base,
      transform: ({ flights }) => sql`select * from ${flights}`,
      features: [count("delay", "1d12h"), mean("delay", "7d")],
    });
    expectTypeOf<FeatureValues<typeof view>[string]>().toEqualTypeOf<number | null>();
  });

  it("give an attribute the type of its column", () => {
    const view = batchFeatureView({
      ...base,
      entities: [airport, user],
      transform: ({ flights }) => sql`select * from ${flights}`,
      features: [
        attribute("a", "int64"),
        attribute("b", "float64"),
        attribute("c", "string"),
        attribute("d", "bool"),
        attribute("e", "timestamp"),
        attribute("f", "bytes"),
      ],
    });
    expectTypeOf<FeatureValues<typeof view>>().toEqualTypeOf<{
      readonly a: bigint | null;
      readonly b: number | null;
      readonly c: string | null;
      readonly d: boolean | null;
      readonly e: string | null;
      readonly f: Uint8Array | null;
    }>();
    expectTypeOf<JoinKeys<typeof view>>().toEqualTypeOf<{
      readonly origin: string;
      readonly user_id: bigint | number;
      readonly device: Uint8Array;
    }>();
    expectTypeOf(view).toExtend<BatchFeatureView>();
  });

  it("refuse what cannot be meant", () => {
    const transform = () => sql`select 1`;
    // @ts-expect-error attributes and aggregates do not mix
    batchFeatureView({ ...base, transform, features: [attribute("a", "int64"), count("b", "1d")] });
    // @ts-expect-error there is no such option
    batchFeatureView({ ...base, transform, features: [count("b", "1d")], intervall: "1h" });
    type Options = BatchFeatureViewOptions<"v", [], { flights: BatchSource }, [], "1d", "1d">;
    expectTypeOf<keyof Parameters<Options["transform"]>[0]>().toEqualTypeOf<"flights">();
    // @ts-expect-error text cannot be added up
    sum("carrier", "1d", { type: "string" });
    // @ts-expect-error there is no such type of key
    entity({ name: "x", joinKeys: { a: "float64" } });
    // @ts-expect-error only source handles are interpolated
    const unsafe = () => sql`select ${"text"}`;
    expectTypeOf(unsafe).toBeFunction();
  });
});
