import { fileURLToPath } from "node:url";
import { startEmbedded } from "@tesela/platform";
import { declarationsOf } from "@tesela/sdk";
import type { EmbeddedPlatform } from "@tesela/platform";
import type { FeatureFrame, FrameRow, Workspace } from "@tesela/sdk";
import { compareOnline } from "./compare-online.ts";
import * as declarations from "./features.ts";
import { sampleFlights } from "./flight-sample.ts";
import { materialize } from "./materialize.ts";
import { Report } from "./report.ts";
import type { LabelledFlight } from "./flight-sample.ts";

const { airportDelays, airportLastFlight, flights, routeDelays } = declarations;
const views = [airportDelays, routeDelays, airportLastFlight] as const;

const repository = fileURLToPath(new URL("../..", import.meta.url));
const flightsFile = `${repository}${flights.definition.batch.path}`;
const now = "2001-07-01T00:00:00Z";
const range = { startTime: "2001-01-01T00:00:00Z", endTime: now };
const sample = { from: new Date("2001-02-01T00:00:00Z"), to: new Date(now), size: 200_000 };
const shownAirports = ["ATL", "JFK", "LAX", "ORD", "SEA"];

/**
 * The main job from end to end: declare, materialize, train, serve, and see that training and serving agree.
 * Running it again changes nothing and says so. Stops early, and cleanly, when `signal` aborts.
 */
export async function quickstart(signal: AbortSignal): Promise<void> {
  const report = new Report();
  await using platform = await start(report);
  signal.throwIfAborted();
  const workspace = platform.client.getWorkspace("default");
  await apply(report, workspace, signal);
  for (const view of views) await materialize(report, workspace.getFeatureView(view.name), range, signal);
  await train(report, workspace, signal);
  await serve(report, workspace, signal);
  await prove(report, workspace, signal);
  report.end();
}

async function start(report: Report): Promise<EmbeddedPlatform> {
  const platform = await report.step("Start", async () => {
    const options = {
      dir: `${repository}.tesela`,
      clock: now,
      sourceRoots: [repository],
      logLevel: "error",
    } as const;
    const value = await startEmbedded(options);
    return { value, says: `PostgreSQL, control plane, feature server and a worker, at ${value.url}` };
  });
  report.say(`         The data end with June 2001, so the platform's clock is set to ${now}.`);
  return platform;
}

async function apply(report: Report, workspace: Workspace, signal: AbortSignal): Promise<void> {
  await report.step("Apply examples/flights/features.ts", async () => {
    const definitions = declarationsOf(declarations);
    const plan = await workspace.plan(definitions, { signal });
    const changes = plan.changes.filter(({ action }) => action !== "none");
    if (changes.length === 0) return { value: null, says: "already applied, no changes" };
    await workspace.apply({ planId: plan.id }, { signal });
    return { value: null, says: changes.map(({ action, name }) => `${action} ${name}`).join(", ") };
  });
}

/** A training set: flights with their label, and what was known about airports and routes when each left. */
async function train(report: Report, workspace: Workspace, signal: AbortSignal): Promise<void> {
  const spine = await report.step("Sample the flights to learn from", async () => {
    const value = await sampleFlights({ path: flightsFile, ...sample });
    const late = value.filter((flight) => flight.late).length;
    return {
      value,
      says: `${count(value.length)} flights of February to June, ${count(late)} of them late by more than 15 minutes`,
    };
  });
  await using frame = await report.step("Join the training set", async (show) => {
    const value = await workspace.getHistoricalFeatures({
      spine: spine.map((flight: LabelledFlight) => ({ ...flight })),
      featureViews: views,
      timestampKey: "date",
      signal,
      onProgress: ({ progress }) => show({ fraction: progress?.fraction ?? 0, phase: progress?.phase ?? "" }),
    });
    return {
      value,
      says: `${count(value.rowCount)} rows, ${value.schema.length} columns, each value as it was known then`,
    };
  });
  report.table(trainingColumns, await firstRows(frame, 5));
}

const trainingColumns = [
  "origin",
  "destination",
  "date",
  "late",
  "airport_delays.late_share_30d",
  "route_delays.delay_mean_7d_1h",
];

async function firstRows(frame: FeatureFrame, count: number): Promise<FrameRow[]> {
  for await (const batch of frame) return batch.slice(0, count);
  return [];
}

async function serve(report: Report, workspace: Workspace, signal: AbortSignal): Promise<void> {
  const view = workspace.getFeatureView(airportDelays);
  const rows = await report.step("Read features online", async () => {
    const read = async (origin: string) => (await view.getOnlineFeatures({ origin }, { signal })).toObject();
    await Promise.all(shownAirports.map(read));
    const began = performance.now();
    const value = [];
    for (const origin of shownAirports) value.push({ origin, ...(await read(origin)) });
    const each = ((performance.now() - began) / shownAirports.length).toFixed(1);
    return { value, says: `${value.length} airports, one after the other, ${each} ms each` };
  });
  report.table(
    ["origin", "delay_mean_1d_1h", "delay_mean_7d_1h", "delay_count_7d_1h", "worst_delay", "late_share_30d"],
    rows,
  );
}

async function prove(report: Report, workspace: Workspace, signal: AbortSignal): Promise<void> {
  await report.step("Compare online with historical", async () => {
    const { values, airports } = await compareOnline(workspace, now, signal);
    return {
      value: null,
      says: `all ${values} values of ${airports} airports and their routes agree at ${now}`,
    };
  });
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Runs the quickstart until it is done or Ctrl-C; gives the exit code. */
export async function main(): Promise<number> {
  const stopping = new AbortController();
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(130);
    console.error("Stopping …");
    stopping.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    await quickstart(stopping.signal);
    return 0;
  } catch (error) {
    console.error(stopping.signal.aborted ? "Stopped." : error);
    return 1;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
