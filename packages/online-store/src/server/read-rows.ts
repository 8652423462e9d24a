import { startBound, type EpochMicros, type KeyValue, type TeselaError } from "@tesela/core";
import type { OnlineReader, ReadEnd } from "../reader/online-reader.ts";
import type { ServedView } from "../reader/served-view.ts";
import type { OnlineAnswer } from "../reader/view-answer.ts";
import type { KeyRead } from "../reader/view-read.ts";
import type { RequestReadOptions, RequestReads } from "./coalesced-reads.ts";
import { isEmpty } from "./empty-values.ts";
import type { ServedService } from "./served-service.ts";
import type { ServedServiceView } from "./service-view.ts";
import type { ServingMetrics, ViewReadEnd } from "./serving-metrics.ts";

/** A row of join keys in the service's order; a null key matches nothing (TIME T9). */
export type KeyRow = readonly (KeyValue | null)[];

/** What one view says of one row: an answer, which may be that there is nothing; or why there is none. */
export type ViewOutcome =
  | { readonly kind: "answered"; readonly answer: OnlineAnswer; readonly isMissing: boolean }
  | { readonly kind: "lacking"; readonly error: TeselaError }
  /** The function of a realtime view failed on the row. */
  | { readonly kind: "failed"; readonly error: string };

/** One row of a service: an outcome for each of its views, in their order. */
export interface ServiceRow {
  readonly outcomes: readonly ViewOutcome[];
  /** What came from the store for it. */
  readonly bytes: number;
}

/** How a service is read. */
export interface RowsRead {
  readonly reader: OnlineReader;
  readonly metrics: ServingMetrics;
  readonly now: EpochMicros;
  readonly request: RequestReads;
  /** Whether a view that cannot be had leaves its features null instead of failing the read. */
  readonly allowPartial: boolean;
}

/**
 * Reads every view that a service needs for every row, in one round trip to the store (two when a view's edge has moved
 * since it was last read). Without `allowPartial` it throws what the first view that cannot be had throws:
 * `TIMEOUT`, or `UNAVAILABLE` where the store has lost data.
 */
export async function readRows(
  { reads }: ServedService,
  rows: readonly KeyRow[],
  read: RowsRead,
): Promise<readonly ServiceRow[]> {
  const asked = rows.flatMap((row) => reads.map((view) => keyReadOf(view, row)));
  const { request } = read;
  const options: RequestReadOptions = { request, cache: request.cache };
  const ends = await read.reader.readAll(asked, read.now, options);
  const found = rows.map((row, index) => rowOf(reads, row, ends, index * reads.length));
  for (const [place, view] of reads.entries()) measureView(view, place, found, read);
  for (const { outcomes } of found) outcomes.forEach((outcome) => requirePassing(outcome, read));
  return found;
}

function keyReadOf({ served, keys }: ServedServiceView, row: KeyRow): KeyRead {
  const given = keys.map((index) => row[index] ?? null);
  return { served, key: given.includes(null) ? placeholder(served) : (given as readonly KeyValue[]) };
}

function rowOf(
  reads: readonly ServedServiceView[],
  row: KeyRow,
  ends: readonly ReadEnd[],
  first: number,
): ServiceRow {
  let bytes = 0;
  const outcomes = reads.map((view, place) => {
    const end = ends[first + place]!;
    if (end.kind === "lacking") return end;
    bytes += end.bytes;
    return outcomeOf(view, row, end.answer);
  });
  return { outcomes, bytes };
}

function outcomeOf(view: ServedServiceView, row: KeyRow, found: OnlineAnswer): ViewOutcome {
  const isNull = view.keys.some((index) => (row[index] ?? null) === null);
  const answer = isNull ? readNothing(view, found) : found;
  return { kind: "answered", answer, isMissing: isEmpty(answer.values, view.empty) };
}

/** The rows of a read are of one instant: they are counted by how they ended, and measured once. */
function measureView(
  { served }: ServedServiceView,
  place: number,
  rows: readonly ServiceRow[],
  { metrics, now }: RowsRead,
): void {
  const counts: Partial<Record<ViewReadEnd, number>> = {};
  let age: number | null = null;
  for (const { outcomes } of rows) {
    const outcome = outcomes[place]!;
    const end = endOf(outcome);
    counts[end] = (counts[end] ?? 0) + 1;
    if (outcome.kind === "answered") age ??= ageOf(outcome.answer, now);
  }
  metrics.viewRead(served.view.name, counts, age);
}

function endOf(outcome: ViewOutcome): ViewReadEnd {
  if (outcome.kind === "answered") return outcome.isMissing ? "missing" : "hit";
  return outcome.kind === "lacking" && outcome.error.code === "TIMEOUT" ? "timeout" : "unavailable";
}

function requirePassing(outcome: ViewOutcome, { allowPartial }: RowsRead): void {
  if (outcome.kind === "lacking" && !(allowPartial && isPassing(outcome.error))) throw outcome.error;
}

/** What leaves features null where partial results are allowed; anything else is an error of the request. */
function isPassing({ code }: TeselaError): boolean {
  return code === "TIMEOUT" || code === "UNAVAILABLE";
}

/** Of a null key only the bound has to be known: before the view's start even counts are null (TIME T5). */
function readNothing({ served, empty }: ServedServiceView, { bound, edge }: OnlineAnswer): OnlineAnswer {
  const hasBegun = bound !== null && bound >= startBound(served.view.time);
  return { values: hasBegun ? empty : empty.map(() => null), bound, edge };
}

const PLACEHOLDERS: Readonly<Record<"int64" | "string" | "bytes", KeyValue>> = {
  int64: 0n,
  string: "",
  bytes: new Uint8Array(0),
};

/** Some key of the right types: its values are not looked at. */
function placeholder({ view }: ServedView): readonly KeyValue[] {
  return view.joinKeys.map(({ type }) => PLACEHOLDERS[type]);
}

/** How old what is served is, in seconds: from the bound that it was answered at. */
function ageOf({ bound }: OnlineAnswer, now: EpochMicros): number | null {
  return bound === null ? null : Number(now - bound) / 1e6;
}
