import type { HistoricalRequest, Retrieval } from "@tesela/contract";
import { formatInstant, parseInstant, TeselaError, type KeyType } from "@tesela/core";
import { isArrowTable } from "../frame/arrow-table.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine, SpineHints } from "../frame/spine.ts";
import { downloadFrame } from "./frame-download.ts";
import type { HistoricalView } from "./historical-view.ts";
import type { CallOptions, Http } from "./http.ts";
import { finishedRetrieval } from "./retrieval.ts";
import { uploadSpine } from "./spine-upload.ts";

/** One duration such as `"2h"` for every view of the read, or one each by the name of its features. */
export type Fence = string | Readonly<Record<string, string>>;

/** How to read the past, with a spine or without. */
export interface ReadOptions extends CallOptions {
  /** Whether to compute from the source; unless told, the offline store where the view has one (TIME T12). */
  readonly fromSource?: boolean | undefined;
  /** Whether an event at the very instant asked about is visible; `exclusive` unless told (TIME T3). */
  readonly join?: "exclusive" | "inclusive" | undefined;
  /** As if everything had been known that much later (TIME T3). */
  readonly embargo?: Fence | undefined;
  /** How old an attribute may be; what is older is not looked at (TIME T11). */
  readonly maxLookback?: Fence | undefined;
  /** How old an attribute may be; what is older is counted as stale (TIME T11). */
  readonly maxStaleness?: Fence | undefined;
  /** Reads the offline store as it was committed at this instant (TIME T14). */
  readonly asOf?: string | Date | undefined;
  /** What instants that are not materialized become: an error unless told. */
  readonly onUnmaterialized?: "error" | "null" | undefined;
  /** What a value that cannot be computed becomes, such as a sum beyond int64: an error unless told. */
  readonly onError?: "error" | "null" | undefined;
  /** `"event"` hides rows that were created after the instant asked about (TIME T14). */
  readonly knownAt?: "event" | undefined;
  /** Called with how far the read is, as often as the server tells. */
  readonly onProgress?: ((retrieval: Retrieval) => void) | undefined;
}

/** How to read the past at the instants of a spine. */
export interface HistoricalOptions extends ReadOptions {
  /** The spine's column of instants; needed unless exactly one column has a timestamp type (TIME T10). */
  readonly timestampKey?: string | undefined;
  /** What becomes of rows that matched nothing in some view: nulls unless told (TIME T11). */
  readonly onMissing?: "null" | "skip" | "error" | undefined;
}

/** How to read values over a range of time, without a spine (TIME T15). */
export interface RangeOptions extends ReadOptions {
  /** From the first answer unless told. */
  readonly startTime?: string | Date | undefined;
  /** Not part of the range; the platform clock unless told. */
  readonly endTime?: string | Date | undefined;
  /** The join keys to read, in any form that a spine has; all unless told. */
  readonly entities?: Spine | undefined;
}

/** What is read: a feature service, or some views. */
export interface ReadTarget {
  readonly what: Pick<HistoricalRequest, "featureService" | "featureViews">;
  readonly views: readonly HistoricalView[];
}

/** A read with a spine, or over a range, with its options. */
export type HistoricalRead =
  | { readonly kind: "spine"; readonly spine: Spine; readonly options: HistoricalOptions }
  | { readonly kind: "range"; readonly options: RangeOptions };

/** Which of the two a call means; throws `VALIDATION` where options are given that only the other one has. */
export function historicalRead(
  given: Spine | RangeOptions | undefined,
  options: HistoricalOptions = {},
): HistoricalRead {
  if (isSpine(given)) {
    refuse(options, RANGE_ONLY, "does not go together with a spine", "Leave it out, or leave the spine out.");
    return { kind: "spine", spine: given, options };
  }
  const all = { ...given, ...options };
  refuse(all, SPINE_ONLY, "needs a spine", "Give a spine first, or leave it out.");
  refuseUnknown(all);
  return { kind: "range", options: all };
}

/** The body of a read with a spine, which has been sent up. */
export async function spineRequest(
  http: Http,
  workspace: string,
  { what, views }: ReadTarget,
  spine: Spine,
  options: HistoricalOptions,
): Promise<HistoricalRequest> {
  const upload = (table: Spine, hints: SpineHints): Promise<string> =>
    uploadSpine(http, workspace, table, hints, { signal: options.signal });
  const place = await spinePlace(spine, options, keyTypesOf(views), upload);
  return { ...what, ...sharedFields(options), ...place };
}

/** Joins features to a spine, or reads a range: tables go up, the server reads, the frame comes down. */
export async function readHistorical(
  http: Http,
  workspace: string,
  { what, views }: ReadTarget,
  read: HistoricalRead,
): Promise<FeatureFrame> {
  const { signal, onProgress } = read.options;
  const keyTypes = keyTypesOf(views);
  const upload = (table: Spine, hints: SpineHints): Promise<string> =>
    uploadSpine(http, workspace, table, hints, { signal });
  const place =
    read.kind === "spine"
      ? await spinePlace(read.spine, read.options, keyTypes, upload)
      : await rangePlace(read.options, keyTypes, upload);
  const body = { ...what, ...sharedFields(read.options), ...place };
  const { retrieval } = await http.call("retrieveHistorical", { workspace }, { body, signal });
  const { id, result } = await finishedRetrieval(http, workspace, retrieval, { signal, onProgress });
  const counts = new Set(views.flatMap((view) => [...view.counts]));
  return downloadFrame(http, workspace, id, { counts, statistics: result?.statistics ?? {} }, { signal });
}

type Upload = (table: Spine, hints: SpineHints) => Promise<string>;
type KeyTypes = Readonly<Record<string, KeyType>>;

function keyTypesOf(views: readonly HistoricalView[]): KeyTypes {
  return Object.fromEntries(views.flatMap(({ joinKeys }) => joinKeys.map(({ name, type }) => [name, type])));
}

async function spinePlace(
  spine: Spine,
  options: HistoricalOptions,
  keyTypes: KeyTypes,
  upload: Upload,
): Promise<Partial<HistoricalRequest>> {
  const { timestampKey, onMissing } = options;
  const spineId = await upload(spine, { timestampKey: timestampKey ?? null, keyTypes });
  return { spineId, ...present({ timestampKey, onMissing }) };
}

async function rangePlace(
  range: RangeOptions,
  keyTypes: KeyTypes,
  upload: Upload,
): Promise<Partial<HistoricalRequest>> {
  const { startTime, endTime, entities } = range;
  const entitiesId =
    entities === undefined ? undefined : await upload(entities, { timestampKey: null, keyTypes });
  return present({ startTime: instantText(startTime), endTime: instantText(endTime), entitiesId });
}

const SPINE_ONLY = ["timestampKey", "onMissing"];
const RANGE_ONLY = ["startTime", "endTime", "entities"];
const SHARED = [
  "fromSource",
  "join",
  "embargo",
  "maxLookback",
  "maxStaleness",
  "onUnmaterialized",
  "onError",
  "knownAt",
] as const;

/** What both ways of reading have. */
function sharedFields(options: ReadOptions): Partial<HistoricalRequest> {
  const fields = Object.fromEntries(
    SHARED.map((name) => [name, options[name]]),
  ) as Partial<HistoricalRequest>;
  return present({ ...fields, asOf: instantText(options.asOf) });
}

/** The fields that are there. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function instantText(instant: string | Date | undefined): string | undefined {
  return instant === undefined ? undefined : formatInstant(parseInstant(instant));
}

function refuse(given: object, names: readonly string[], why: string, fix: string): void {
  const name = Object.entries(given).find(([key, value]) => names.includes(key) && value !== undefined)?.[0];
  if (name === undefined) return;
  const problems = [{ path: name, message: why, fix }];
  throw new TeselaError("VALIDATION", `${name} ${why}.`, { fix, problems });
}

/** An object that is no spine can only be options: a row that is not in a list, say, is neither. */
function refuseUnknown(given: object): void {
  const known: readonly string[] = [...SHARED, ...RANGE_ONLY, "asOf", "signal", "onProgress"];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TeselaError(
    "VALIDATION",
    `"${unknown}" is no option of a range read, and a spine is no plain object.`,
    {
      fix: "Give a spine as a list of rows, a stream of rows, an Arrow table or a path.",
    },
  );
}

/** Whether something is a spine and not the options of a range read. */
function isSpine(given: Spine | RangeOptions | undefined): given is Spine {
  if (typeof given === "string" || Array.isArray(given)) return true;
  return typeof given === "object" && (isArrowTable(given) || Symbol.asyncIterator in given);
}
