import fc from "fast-check";
import type { ViewJson } from "../case/schema.ts";

const MINUTE = 60_000_000n;
const HOUR = 60n * MINUTE;

/** A view together with the grid that its events and spine gather around. */
export interface GridView {
  readonly view: ViewJson;
  /** Microseconds: a grid point of the schedule. */
  readonly center: bigint;
  /** Microseconds. */
  readonly schedule: bigint;
  readonly interval: bigint;
}

const SCHEDULES = [24n * HOUR, HOUR, 6n * HOUR, 7n * 24n * HOUR, 10n * MINUTE];
/** Thursdays at midnight, so that every schedule has a grid point there: now, around the epoch, before it. */
const CENTERS = [
  "2024-02-29T00:00:00Z",
  "1970-01-01T00:00:00Z",
  "1969-12-18T00:00:00Z",
  "2001-09-06T00:00:00Z",
];

const column = fc.constantFrom("int64", "float64", "string", "timestamp", "bool");
type ColumnType = ViewJson["columns"][string];

const keys: fc.Arbitrary<ViewJson["joinKeys"]> = fc.constantFrom<ViewJson["joinKeys"]>(
  { k: "int64" },
  { k: "string" },
  { k: "string", k2: "string" },
  { k2: "int64", k: "string" },
);

const grid = fc.record({
  schedule: fc.constantFrom(...SCHEDULES),
  tiles: fc.constantFrom(1n, 2n, 5n),
  center: fc.constantFrom(...CENTERS).map((text) => BigInt(Date.parse(text)) * 1000n),
});

/** A definition of attributes or aggregates that is valid, with grids, delays and starts on and off them. */
export const viewArbitrary: fc.Arbitrary<GridView> = fc
  .record({ grid, keys, v: column, w: column, isAttributes: fc.boolean() })
  .chain(({ grid: { schedule, tiles, center }, keys: joinKeys, v, w, isAttributes }) => {
    const at = { center, schedule, interval: isAttributes ? schedule : schedule / tiles };
    const columns: ViewJson["columns"] = {
      w,
      ...joinKeys,
      ts: "timestamp",
      made: "timestamp",
      id: "string",
      v,
    };
    return fc
      .record({ common: common(at), features: isAttributes ? attributes(at) : aggregates(at, { v, w }) })
      .map((parts) => ({
        ...at,
        view: {
          kind: "batch" as const,
          joinKeys,
          columns,
          timestampField: "ts",
          batchSchedule: text(schedule),
          ...parts.common,
          ...parts.features,
        },
      }));
  });

type Grid = Omit<GridView, "view">;

function text(micros: bigint): string {
  return `${micros}us`;
}

function common({ center, schedule }: Grid): fc.Arbitrary<Pick<ViewJson, "featureStartTime" | "dataDelay">> {
  const start = fc
    .tuple(fc.constantFrom(-8, -6, -4, -3, -2, -1, 0, 1), fc.constantFrom(0n, 0n, 1n, -1n, schedule / 2n))
    .map(([steps, off]) => instantText(center + BigInt(steps) * schedule + off));
  return fc.record(
    {
      featureStartTime: start,
      dataDelay: fc.constantFrom("0s", "1us", text(schedule / 3n), text(schedule), text(schedule + 1n)),
      createdTimestampField: fc.constant("made"),
      eventIdField: fc.constant("id"),
    },
    { requiredKeys: ["featureStartTime"] },
  );
}

function attributes({ schedule }: Grid): fc.Arbitrary<Pick<ViewJson, "features" | "ttl">> {
  const features = fc
    .constantFrom(["v"], ["v", "w"])
    .map((names) => names.map((attribute) => ({ attribute })));
  const lengths = [1n, schedule / 2n, schedule, schedule + 1n, schedule * 2n, schedule * 3n - 1n];
  const ttl = fc.constantFrom(...lengths.map(text));
  return fc.record({ features, ttl }, { requiredKeys: ["features"] });
}

function aggregates(
  { center, schedule, interval }: Grid,
  types: Readonly<Record<"v" | "w", ColumnType>>,
): fc.Arbitrary<Pick<ViewJson, "features" | "aggregationInterval" | "lifetimeStartTime">> {
  const functions = (["v", "w"] as const).flatMap((column) =>
    functionsOf(types[column]).map((name) => ({ column, function: name })),
  );
  const sizes = fc.integer({ min: 1, max: 12 }).map((size) => text(BigInt(size) * interval));
  const offset = fc.integer({ min: -4, max: 0 }).map((steps) => text(BigInt(steps) * interval));
  const window = fc.oneof(
    fc.record({ window: sizes, offset }, { requiredKeys: ["window"] }),
    fc.constant({ window: "lifetime" }),
  );
  const feature = fc.tuple(fc.constantFrom(...functions), window);
  const start = fc
    .integer({ min: -12, max: 0 })
    .map((steps) => center - 4n * schedule + BigInt(steps) * interval);
  return fc
    .record({
      chosen: fc.array(feature, { minLength: 1, maxLength: 4 }),
      start: fc.option(start),
      named: fc.boolean(),
    })
    .map(({ chosen, start, named }) => {
      const features = chosen.map(([what, over], index) => ({ name: `f${index}`, ...what, ...over }));
      const hasLifetime = start !== null && features.some((one) => one.window === "lifetime");
      return {
        features,
        ...(named || interval !== schedule ? { aggregationInterval: text(interval) } : {}),
        ...(hasLifetime ? { lifetimeStartTime: instantText(start) } : {}),
      };
    });
}

function functionsOf(type: ColumnType): readonly string[] {
  if (type === "bool") return ["count"];
  return type === "int64" || type === "float64"
    ? ["count", "sum", "mean", "min", "max"]
    : ["count", "min", "max"];
}

/** ISO text of microseconds, in an offset of its own where the number is odd. */
export function instantText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const zone = fraction % 2n === 1n ? 7_200n : 0n;
  const seconds = (micros - fraction) / 1_000_000n + zone;
  const local = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${local}.${String(fraction).padStart(6, "0")}${zone === 0n ? "Z" : "+02:00"}`;
}
