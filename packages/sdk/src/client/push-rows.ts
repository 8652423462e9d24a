import type { PushResponse } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { StreamSource } from "../declare/source.ts";
import type { CallOptions, Http } from "./http.ts";
import { READ_RETRY, withRetry } from "./retry.ts";

/** A row of a stream; int64 as bigint or safe integer, timestamps as ISO text or Date, absent values null. */
export type StreamRow = Readonly<Record<string, StreamValue>>;

/** A value of a stream's row. */
export type StreamValue = string | number | bigint | boolean | Date | Uint8Array | null;

/** How rows are pushed. */
export interface PushRowsOptions extends CallOptions {
  /** The same key is the same request, for a day; a new one unless told, under which a lost answer is asked again. */
  readonly idempotencyKey?: string | undefined;
  /** Whether the rows are only looked at. */
  readonly dryRun?: boolean | undefined;
}

/** What the rows came to in one feature view. */
export interface PushedView {
  readonly featureView: string;
  /** Events that are served online from now on. */
  readonly events: number;
  /** Rows without a join key or an event time. */
  readonly rejected: number;
}

/**
 * Pushes rows, at most 1,000, into a stream. When it returns, the next read of every online feature view over it
 * sees them. Throws `VALIDATION` naming row and column, and then none was taken.
 */
export async function pushRows(
  http: Http,
  workspace: string,
  source: StreamSource | string,
  rows: readonly StreamRow[],
  options: PushRowsOptions,
): Promise<readonly PushedView[]> {
  const { idempotencyKey = crypto.randomUUID(), dryRun = false, signal } = options;
  const name = typeof source === "string" ? source : source.name;
  const body = {
    workspace_name: workspace,
    dry_run: dryRun,
    idempotency_key: idempotencyKey,
    records: { [name]: rows.map((row) => ({ record: encodeRow(row) })) },
  };
  // A request takes as long as the worker does, up to a minute.
  const send = () => http.call("pushRows", {}, { body, signal, extraMs: 60_000 });
  return viewsOf(await withRetry(send, READ_RETRY, signal));
}

function viewsOf({ ingestMetrics }: PushResponse): readonly PushedView[] {
  return ingestMetrics.featureViewIngestMetrics.map((one) => ({
    featureView: one.featureViewName,
    events: Number(one.onlineRecordIngestCount),
    rejected: Number(one.rejectedRecordCount),
  }));
}

function encodeRow(row: StreamRow): Readonly<Record<string, string | number | boolean | null>> {
  const entries = Object.entries(row).map(([name, value]) => [name, encodeCell(name, value)] as const);
  return Object.fromEntries(entries);
}

function encodeCell(name: string, value: StreamValue): string | number | boolean | null {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return btoa(String.fromCharCode(...value));
  throw new TeselaError("VALIDATION", `Column "${name}" of a row holds a ${typeof value}.`, {
    fix: "Give a string, number, bigint, boolean, Date, Uint8Array or null.",
  });
}
