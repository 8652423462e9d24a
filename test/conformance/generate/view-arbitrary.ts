import fc from "fast-check";
import type { ViewJson } from "../case/schema.ts";
import { aggregatesArbitrary, attributesArbitrary } from "./features-arbitrary.ts";
import { gridArbitrary, instantText, lengthText, type Grid } from "./grid.ts";

/** A view together with the grid that its events and spine gather around. */
export interface GridView extends Grid {
  readonly view: ViewJson;
}

/** The five sorts of views, which differ in grain and shape (TIME T3). */
const SORTS = [
  "batchAttributes",
  "batchAggregates",
  "streamAttributes",
  "tiled",
  "continuous",
  "table",
] as const;
type Sort = (typeof SORTS)[number];

const columnType = fc.constantFrom("int64", "float64", "string", "timestamp", "bool");

const keys: fc.Arbitrary<ViewJson["joinKeys"]> = fc.constantFrom<ViewJson["joinKeys"]>(
  { k: "int64" },
  { k: "string" },
  { k: "string", k2: "string" },
  { k2: "int64", k: "string" },
);

/** A definition of any kind that is valid, with grids, delays and starts on and off them. */
export const viewArbitrary: fc.Arbitrary<GridView> = fc
  .record({
    sort: fc.oneof(
      { arbitrary: fc.constantFrom<Sort>("batchAttributes", "batchAggregates"), weight: 1 },
      { arbitrary: fc.constantFrom<Sort>(...SORTS), weight: 2 },
    ),
    grid: gridArbitrary,
    keys,
    v: columnType,
    w: columnType,
  })
  .chain(({ sort, grid, keys: joinKeys, v, w }) => {
    const at = sort === "batchAttributes" ? { ...grid, interval: grid.schedule } : grid;
    const columns: ViewJson["columns"] = {
      w,
      ...joinKeys,
      ts: "timestamp",
      made: "timestamp",
      id: "string",
      v,
    };
    return fc
      .record({ common: common(at, sort), features: featuresOf(sort, at, { v, w }), isNamed: fc.boolean() })
      .map(({ common, features, isNamed }) => {
        const view = { joinKeys, columns, timestampField: "ts", ...common, ...features };
        return { ...at, view: { ...view, ...kindOf(sort, at, isNamed) } };
      });
  });

function featuresOf(sort: Sort, grid: Grid, types: Readonly<Record<"v" | "w", ViewJson["columns"][string]>>) {
  const isAggregates = sort === "batchAggregates" || sort === "tiled" || sort === "continuous";
  return isAggregates ? aggregatesArbitrary(grid, types, sort === "continuous") : attributesArbitrary(grid);
}

/** An interval equal to the schedule of a batch view may be left out; a stream view's makes it a tiled one. */
function kindOf(sort: Sort, { schedule, interval }: Grid, isNamed: boolean) {
  const batchSchedule = lengthText(schedule);
  const aggregationInterval = lengthText(interval);
  if (sort === "table") return { kind: "table" as const };
  if (sort === "tiled") return { kind: "stream" as const, batchSchedule, aggregationInterval };
  if (sort !== "batchAggregates") {
    return { kind: sort === "batchAttributes" ? ("batch" as const) : ("stream" as const), batchSchedule };
  }
  const isNeeded = isNamed || interval !== schedule;
  return { kind: "batch" as const, batchSchedule, ...(isNeeded ? { aggregationInterval } : {}) };
}

type Common = "featureStartTime" | "dataDelay" | "createdTimestampField" | "eventIdField";

function common({ center, schedule }: Grid, sort: Sort): fc.Arbitrary<Pick<ViewJson, Common>> {
  const start = fc
    .tuple(fc.constantFrom(-8, -6, -4, -3, -2, -1, 0, 1), fc.constantFrom(0n, 0n, 1n, -1n, schedule / 2n))
    .map(([steps, off]) => instantText(center + BigInt(steps) * schedule + off));
  const delays = ["0s", ...[1n, schedule / 3n, schedule, schedule + 1n].map(lengthText)];
  return fc.record(
    {
      featureStartTime: start,
      createdTimestampField: fc.constant("made"),
      ...(sort === "table" ? {} : { dataDelay: fc.constantFrom(...delays), eventIdField: fc.constant("id") }),
    },
    { requiredKeys: ["featureStartTime"] },
  );
}
