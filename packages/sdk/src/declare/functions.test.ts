import { describe, expect, expectTypeOf, it } from "vitest";
import {
  approxCountDistinct,
  approxPercentile,
  batchFeatureView,
  first,
  firstDistinct,
  last,
  lastDistinct,
  lifetime,
  sql,
  stddevPop,
  stddevSamp,
  varPop,
  varSamp,
  type FeatureValues,
} from "../index.ts";
import { orders, user } from "./testing/kinds.ts";

describe("functions", () => {
  const view = batchFeatureView({
    name: "v",
    entities: [user],
    timestampField: "at",
    featureStartTime: "2024-01-01",
    sources: { orders },
    transform: ({ orders }) => sql`select * from ${orders}`,
    aggregationInterval: "10m",
    batchSchedule: "1d",
    features: [
      varPop("a", "1h"),
      varSamp("a", "1h", { type: "int64" }),
      stddevPop("a", lifetime()),
      stddevSamp("a", "1h"),
      last("a", 3, "1h"),
      first("a", 3, "1h", { type: "timestamp" }),
      lastDistinct("merchant", 10, "1h", { type: "string" }),
      firstDistinct("a", 2, { size: "1h", offset: "-1h" }, { type: "int64" }),
      approxCountDistinct("a", "1h", { precision: 12 }),
      approxPercentile("amount", 0.95, "1h"),
      approxPercentile("amount", 0.005, "1h", { precision: 200 }),
      approxPercentile("amount", 0.5, "1h", { name: "median", type: "float64" }),
    ],
  });

  it("carry their parameters, and n and percentile in their default names", () => {
    expect(view.definition.features).toMatchObject([
      { name: "a_var_pop_1h_10m", function: "varPop" },
      { name: "a_var_samp_1h_10m", columnType: "int64" },
      { name: "a_stddev_pop_lifetime_10m" },
      { name: "a_stddev_samp_1h_10m" },
      { name: "a_last_3_1h_10m", function: "last", n: 3 },
      { name: "a_first_3_1h_10m", n: 3 },
      { name: "merchant_last_distinct_10_1h_10m", n: 10 },
      { name: "a_first_distinct_2_1h_offset_1h_10m", n: 2 },
      { name: "a_approx_count_distinct_1h_10m", precision: 12 },
      { name: "amount_approx_percentile_95_1h_10m", percentile: 0.95 },
      { name: "amount_approx_percentile_0_5_1h_10m", percentile: 0.005, precision: 200 },
      { name: "median", percentile: 0.5 },
    ]);
    expect(view.definition.features[0]).not.toHaveProperty("n");
  });

  it("have values of their types by those names", () => {
    type Unknown = readonly (bigint | number | string | boolean | Uint8Array)[] | null;
    expectTypeOf<FeatureValues<typeof view>>().toEqualTypeOf<{
      readonly a_var_pop_1h_10m: number | null;
      readonly a_var_samp_1h_10m: number | null;
      readonly a_stddev_pop_lifetime_10m: number | null;
      readonly a_stddev_samp_1h_10m: number | null;
      readonly a_last_3_1h_10m: Unknown;
      readonly a_first_3_1h_10m: readonly string[] | null;
      readonly merchant_last_distinct_10_1h_10m: readonly string[] | null;
      readonly a_first_distinct_2_1h_offset_1h_10m: readonly bigint[] | null;
      readonly a_approx_count_distinct_1h_10m: number | null;
      readonly amount_approx_percentile_95_1h_10m: number | null;
      readonly amount_approx_percentile_0_5_1h_10m: number | null;
      readonly median: number | null;
    }>();
  });

  it("refuse columns that they cannot take: compile errors", () => {
    // @ts-expect-error text has no variance
    const variance = () => varPop("a", "1h", { type: "string" });
    // @ts-expect-error text has no percentiles
    const percentile = () => approxPercentile("a", 0.5, "1h", { type: "string" });
    // @ts-expect-error how many is needed
    const list = () => last("a", "1h");
    expectTypeOf([variance, percentile, list]).toBeArray();
  });
});
