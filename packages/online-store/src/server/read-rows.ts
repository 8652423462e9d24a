import { startBound, toTeselaError, type EpochMicros, type KeyValue, type TeselaError } from "@tesela/core";
import type { OnlineAnswer, OnlineReader } from "../reader/online-reader.ts";
import type { RequestReadOptions, RequestReads } from "./coalesced-reads.ts";
import { isEmpty } from "./empty-values.ts";
import type { ServedService } from "./served-service.ts";
import type { ServedServiceView } from "./service-view.ts";
import type { ServingMetrics } from "./serving-metrics.ts";

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
  service: ServedService,
  rows: readonly KeyRow[],
  read: RowsRead,
): Promise<readonly ServiceRow[]> {
  return Promise.all(
    rows.map(async (row) => {
      const size = { bytes: 0 };
      const outcomes = await Promise.all(service.reads.map((view) => readView(view, row, size, read)));
      return { outcomes, bytes: size.bytes };
    }),
  );
}

async function readView(
  view: ServedServiceView,
  row: KeyRow,
  size: { bytes: number },
  { reader, metrics, now, request, allowPartial }: RowsRead,
): Promise<ViewOutcome> {
  const given = view.keys.map((index) => row[index] ?? null);
  const keys = given.filter((key) => key !== null);
  const options: RequestReadOptions = { request, size };
  try {
    const answer =
      keys.length === given.length
        ? await reader.read(view.served, keys, now, options)
        : readNothing(view, await reader.read(view.served, placeholder(view), now, options));
    const isMissing = isEmpty(answer.values, view.empty);
    metrics.viewRead(view.served.view.name, isMissing ? "missing" : "hit", ageOf(answer, now));
    return { kind: "answered", answer, isMissing };
  } catch (thrown) {
    const error = toTeselaError(thrown);
    metrics.viewRead(view.served.view.name, error.code === "TIMEOUT" ? "timeout" : "unavailable", null);
    if (!allowPartial || !isPassing(error)) throw error;
    return { kind: "lacking", error };
  }
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
function placeholder({ served }: ServedServiceView): readonly KeyValue[] {
  return served.view.joinKeys.map(({ type }) => PLACEHOLDERS[type]);
}

/** How old what is served is, in seconds: from the bound that it was answered at. */
function ageOf({ bound }: OnlineAnswer, now: EpochMicros): number | null {
  return bound === null ? null : Number(now - bound) / 1e6;
}
