import type { ConsistencyData, ConsistencyPayload } from "@tesela/contract";
import { bound, formatInstant, micros, type AskedView, type EpochMicros, type Value } from "@tesela/core";
import { explainOnline, OnlineReader, readMarker, type Marker, type ServedView } from "@tesela/online-store";
import type { Task } from "@tesela/registry";
import { explainSpineRow } from "../explain/explain-row.ts";
import { askedViewsOf } from "../retrieval/asked-views.ts";
import { readsSource } from "../retrieval/read-view.ts";
import type { ReadOptions } from "../retrieval/run-retrieval.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { agreedInstant } from "./agreed-instant.ts";
import { countDifferences, differencesOf, joinKeysOf, type ComparedRow } from "./compare.ts";
import { explainedOnline } from "./explained-online.ts";
import { readOf, sampleHistory, type Sample } from "./sampled-history.ts";

/** Keys that are read from the online store together. */
const KEYS_AT_ONCE = 64;
/** Keys whose both sides are explained: each is a look at the history of its own. */
const EXPLAINED = 5;
/** How often a comparison is made anew when the online store has moved under it and a difference was found. */
const TRIES = 3;

/** A comparison: of which view, and at which instant. */
interface Comparison {
  readonly asked: AskedView;
  readonly served: ServedView;
  readonly payload: ConsistencyPayload;
  readonly at: EpochMicros;
}

/**
 * Compares the online answers of sampled keys with the historical ones at the same instant (TIME T12). Throws
 * `NOT_MATERIALIZED` before the first job and `UNAVAILABLE` where the online store has lost data.
 */
export async function runConsistency(
  context: WorkerContext,
  { workspaceId }: Pick<Task, "workspaceId">,
  payload: ConsistencyPayload,
  options: ReadOptions,
): Promise<ConsistencyData> {
  const [asked] = askedViewsOf(readOf(payload, NO_SPINE));
  for (let tried = 1; ; tried += 1) {
    const served = await servedOf(context, workspaceId, asked!, payload);
    const marker = await markerOf(context, served);
    const at = await instantOf(context, { asked: asked!, served, payload }, marker);
    const found = await compare(context, { asked: asked!, served, payload, at }, options);
    if (found.differingKeys === 0 || tried === TRIES) return found;
    if ((await markerOf(context, served))?.commitSeq === marker?.commitSeq) return found;
  }
}

/** The views of a read do not depend on its spine. */
const NO_SPINE = { path: "", timestampKey: "" };

async function servedOf(
  { registry }: WorkerContext,
  workspaceId: number,
  { view }: AskedView,
  { views }: ConsistencyPayload,
): Promise<ServedView> {
  const generation = Number(views[0]!.generationId);
  const expected = (await registry.ledger.expectedOnline(workspaceId)).get(generation);
  return { view, workspaceId, generation, expectedSeq: 0n, ...expected };
}

function markerOf({ onlineStore: store }: WorkerContext, served: ServedView): Promise<Marker | null> {
  return readMarker({ store, ...served });
}

async function instantOf(
  { registry }: WorkerContext,
  { asked, served, payload }: Omit<Comparison, "at">,
  marker: Marker | null,
): Promise<EpochMicros> {
  const live = readsSource(asked, payload)
    ? null
    : (await registry.ledger.ranges(served.generation, "offline")).map(({ range }) => range);
  return agreedInstant(asked.view, {
    asked: payload.at === null ? null : micros(BigInt(payload.at)),
    now: micros(BigInt(payload.now)),
    marker,
    live,
  });
}

async function compare(
  context: WorkerContext,
  comparison: Comparison,
  options: ReadOptions,
): Promise<ConsistencyData> {
  const { asked, payload, at } = comparison;
  await using scratch = await context.offlineStore.createScratch();
  const sample = await sampleHistory(context, { asked, payload, at, directory: scratch.directory }, options);
  const rows = await withOnline(context, comparison, sample, options);
  const differing = [...rows.keys()].filter((row) =>
    differencesOf(asked, rows[row]!).some((difference) => difference !== null),
  );
  const shown = differing.slice(0, Math.min(EXPLAINED, payload.examples));
  return {
    featureView: asked.view.name,
    at: formatInstant(at),
    bound: formatInstant(bound(asked.view.time, at)),
    seed: payload.seed,
    history: readsSource(asked, payload) ? "source" : "offline store",
    sampledKeys: rows.length,
    differingKeys: differing.length,
    features: countDifferences(asked, rows, payload.examples),
    explained: await explainBoth(context, comparison, { sample, rows: shown }, options),
  };
}

async function withOnline(
  { onlineStore }: WorkerContext,
  { served, at }: Comparison,
  { rows }: Sample,
  { signal }: ReadOptions,
): Promise<readonly ComparedRow[]> {
  const reader = new OnlineReader(onlineStore);
  const answers: (readonly Value[])[] = [];
  for (let start = 0; start < rows.length; start += KEYS_AT_ONCE) {
    const some = rows.slice(start, start + KEYS_AT_ONCE);
    const read = await Promise.all(some.map(({ key }) => reader.read(served, key, at, { signal })));
    answers.push(...read.map(({ values }) => values));
  }
  return rows.map((row, index) => ({ ...row, online: answers[index]! }));
}

async function explainBoth(
  context: WorkerContext,
  { asked, served, payload, at }: Comparison,
  { sample: { spine, rows: all }, rows }: { readonly sample: Sample; readonly rows: readonly number[] },
  options: ReadOptions,
): Promise<ConsistencyData["explained"]> {
  const explained: ConsistencyData["explained"] = [];
  for (const row of rows) {
    const { key } = all[row]!;
    const online = await explainOnline(context.onlineStore, served, key, at);
    const request = { ...readOf(payload, spine), kind: "explain" as const, row };
    const offline = await explainSpineRow(context, request, { spine, asked: [asked] }, options);
    explained.push({
      joinKeys: joinKeysOf(asked, key),
      online: explainedOnline(online),
      offline: offline!.views[0]!,
    });
  }
  return explained;
}
