import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  entity,
  max,
  mean,
  parquetFiles,
  sql,
} from "@tesela/sdk";

/** An airport that flights leave from. */
export const airport = entity({
  name: "airport",
  description: "An airport that flights leave from",
  joinKeys: { origin: "string" },
});

/** A pair of airports. */
export const route = entity({
  name: "route",
  description: "A pair of airports",
  joinKeys: { origin: "string", destination: "string" },
});

/** Three million flights inside the United States, January to June 2001; a row a flight. */
export const flights = batchSource({
  name: "flights",
  batch: parquetFiles("node_modules/vega-datasets/data/flights-3m.parquet", {
    timestampField: "date",
    dataDelay: "0s",
  }),
});

/** How punctual an airport has been; `late` is 1 for a flight more than 15 minutes behind, else 0. */
export const airportDelays = batchFeatureView({
  name: "airport_delays",
  entities: [airport],
  sources: { flights },
  transform: ({ flights }) => sql`
    select
      origin,
      date,
      delay,
      case when delay > 15 then 1 else 0 end as late
    from ${flights}
  `,
  timestampField: "date",
  aggregationInterval: "1h",
  features: [
    mean("delay", "1d"),
    mean("delay", "7d"),
    mean("delay", "30d"),
    count("delay", "1d"),
    count("delay", "7d"),
    count("delay", "30d"),
    max("delay", "30d", { name: "worst_delay" }),
    mean("late", "1d", { name: "late_share_1d" }),
    mean("late", "7d", { name: "late_share_7d" }),
    mean("late", "30d", { name: "late_share_30d" }),
  ],
  batchSchedule: "1d",
  // The longest window is 30 days, so what can be materialized begins on 1 January.
  featureStartTime: "2001-01-31",
  online: true,
  offline: true,
});

/** How punctual the flights between two airports have been. */
export const routeDelays = batchFeatureView({
  name: "route_delays",
  entities: [route],
  sources: { flights },
  transform: ({ flights }) => sql`
    select origin, destination, date, delay
    from ${flights}
  `,
  timestampField: "date",
  aggregationInterval: "1h",
  features: [mean("delay", "7d"), mean("delay", "30d"), count("delay", "7d"), max("delay", "30d")],
  batchSchedule: "1d",
  featureStartTime: "2001-01-31",
  online: true,
  offline: true,
});

/** The last flight that left an airport on a day before. */
export const airportLastFlight = batchFeatureView({
  name: "airport_last_flight",
  entities: [airport],
  sources: { flights },
  transform: ({ flights }) => sql`
    select
      origin,
      date,
      destination as last_destination,
      delay as last_delay,
      distance as last_distance
    from ${flights}
  `,
  timestampField: "date",
  features: [
    attribute("last_destination", "string"),
    attribute("last_delay", "int64"),
    attribute("last_distance", "int64"),
  ],
  batchSchedule: "1d",
  ttl: "30d",
  featureStartTime: "2001-01-02",
  online: true,
  offline: true,
});
