import type { Workspace } from "@tesela/sdk";
import { airportDelays, airportLastFlight, routeDelays } from "./features.ts";

const airports = "ATL BOS CLT DEN DFW DTW EWR IAH JFK LAS LAX LGA MCO MIA MSP ORD PHL PHX SEA SFO".split(" ");

/** A route: an airport and where its last flight went. */
interface Route {
  readonly origin: string;
  readonly destination: string;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads every feature of some airports and routes online, and historically at the same instant. Throws naming
 * the first value that differs; gives how many were compared.
 */
export async function compareOnline(
  workspace: Workspace,
  now: string,
  signal: AbortSignal,
): Promise<{ readonly values: number; readonly airports: number }> {
  const routes = await Promise.all(airports.map((origin) => lastRoute(workspace, origin, signal)));
  const online = await Promise.all(routes.map((route) => readOnline(workspace, route, signal)));
  const historical = await readHistorical(workspace, routes, now, signal);
  let values = 0;
  for (const [row, vector] of online.entries()) {
    for (const [name, value] of Object.entries(vector)) {
      const before = historical[row]?.[name];
      if (!agree(value, before))
        throw new Error(`${name} of ${airports[row]} is ${String(value)} online, ${String(before)} before`);
      values += 1;
    }
  }
  return { values, airports: airports.length };
}

async function lastRoute(workspace: Workspace, origin: string, signal: AbortSignal): Promise<Route> {
  const vector = await workspace.getFeatureView(airportLastFlight).getOnlineFeatures({ origin }, { signal });
  return { origin, destination: vector.toObject().last_destination ?? origin };
}

/** The features of all views, named as in a historical frame. */
async function readOnline(
  workspace: Workspace,
  { origin, destination }: Route,
  signal: AbortSignal,
): Promise<Values> {
  const [delays, last, route] = await Promise.all([
    workspace.getFeatureView(airportDelays).getOnlineFeatures({ origin }, { signal }),
    workspace.getFeatureView(airportLastFlight).getOnlineFeatures({ origin }, { signal }),
    workspace.getFeatureView(routeDelays).getOnlineFeatures({ origin, destination }, { signal }),
  ]);
  return {
    ...named(airportDelays.name, delays.toObject()),
    ...named(airportLastFlight.name, last.toObject()),
    ...named(routeDelays.name, route.toObject()),
  };
}

function named(view: string, features: Values): Values {
  return Object.fromEntries(Object.entries(features).map(([name, value]) => [`${view}.${name}`, value]));
}

async function readHistorical(
  workspace: Workspace,
  routes: readonly Route[],
  now: string,
  signal: AbortSignal,
): Promise<readonly Values[]> {
  await using frame = await workspace.getHistoricalFeatures({
    spine: routes.map((route) => ({ ...route, at: now })),
    featureViews: [airportDelays, airportLastFlight, routeDelays],
    timestampKey: "at",
    signal,
  });
  return await frame.toRows();
}

/** Sums of doubles depend on their order, in the last digits; everything else is exact. */
function agree(a: unknown, b: unknown): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
