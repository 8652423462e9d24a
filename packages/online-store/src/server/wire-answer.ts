import {
  wireDataTypeOf,
  type FeatureStatus,
  type RequestBodyOf,
  type ResponseOf,
  type SloInfo,
  type WireFeature,
  type WireFeatureMetadata,
} from "@tesela/contract";
import { floor, formatInstant, parseDuration, type EpochMicros, type Value } from "@tesela/core";
import type { RequestReads } from "./coalesced-reads.ts";
import type { ServiceRow, ViewOutcome } from "./read-rows.ts";
import type { ServedService } from "./served-service.ts";
import type { ServedFeature, ShownView } from "./service-view.ts";

/** What the published clients may ask for besides the values. */
export type MetadataOptions = RequestBodyOf<"getFeatures">["params"]["metadataOptions"];

/** What an answer is printed from. */
export interface WireRead {
  readonly service: ServedService;
  readonly rows: readonly ServiceRow[];
  readonly options: MetadataOptions;
  /** Whether a count that is null for lack of data is printed as 0. */
  readonly zeroCounts: boolean;
  readonly request: RequestReads;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

/** The answer to a read of one row. */
export function getFeaturesAnswer(read: WireRead): ResponseOf<"getFeatures"> {
  const { service, options, request, startedAt } = read;
  const row = read.rows[0]!;
  const metadata = {
    ...(hasFeatures(options) ? { features: featuresOf(service, row, options) } : {}),
    ...(options.includeSloInfo ? { sloInfo: sloInfoOf(row, request, startedAt) } : {}),
    ...(isPartial(row) ? { partialResults: true as const } : {}),
  };
  const result = { features: vectorOf(service, row, read.zeroCounts) };
  return Object.keys(metadata).length === 0 ? { result } : { result, metadata };
}

function featuresOf(
  service: ServedService,
  row: ServiceRow,
  options: MetadataOptions,
): WireFeatureMetadata[] {
  const features = describedFeatures(service, row, options);
  if (!options.includeServingStatus) return features;
  const statuses = statusesOf(service, row);
  return features.map((feature, index) => ({ ...feature, status: statuses[index]! }));
}

/** The answer to a read of several rows: what does not differ between them is told once. */
export function getFeaturesBatchAnswer(read: WireRead): ResponseOf<"getFeaturesBatch"> {
  const { service, rows, options } = read;
  const metadata = {
    ...(hasFeatures(options) ? { features: batchFeatures(read) } : {}),
    ...(options.includeSloInfo ? batchSloInfo(read) : {}),
    ...(rows.some(isPartial) ? { partialResults: true as const } : {}),
  };
  const result = rows.map((row) => ({ features: vectorOf(service, row, read.zeroCounts) }));
  return Object.keys(metadata).length === 0 ? { result } : { result, metadata };
}

type BatchMetadata = NonNullable<ResponseOf<"getFeaturesBatch">["metadata"]>;

function batchFeatures({ service, rows, options }: WireRead): NonNullable<BatchMetadata["features"]> {
  const features = describedFeatures(service, rows[0]!, options);
  if (!options.includeServingStatus) return features.map(({ status: _, ...feature }) => feature);
  const statuses = rows.map((row) => statusesOf(service, row));
  return features.map((feature, index) => ({ ...feature, status: statuses.map((row) => row[index]!) }));
}

function batchSloInfo({
  rows,
  request,
  startedAt,
}: WireRead): Pick<BatchMetadata, "sloInfo" | "batchSloInfo"> {
  const sloInfo = rows.map((row) => sloInfoOf(row, request, startedAt));
  const { storeResponseSizeBytes: _, ...times } = sloInfo[0]!;
  return { sloInfo, batchSloInfo: rows.some(isPartial) ? { ...times, ...INELIGIBLE } : times };
}

/** What is being put together. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Whether anything is asked for of every feature. */
export function hasFeatures(options: MetadataOptions): boolean {
  return (
    options.includeNames ||
    options.includeDataTypes ||
    options.includeEffectiveTimes ||
    options.includeServingStatus ||
    options.includeFeatureDescriptions ||
    options.includeFeatureTags
  );
}

/** What is asked for of every feature, but for its status. */
export function describedFeatures(
  service: ServedService,
  { outcomes }: ServiceRow,
  options: MetadataOptions,
): Draft<WireFeatureMetadata>[] {
  return service.views.flatMap((view, index) => {
    const effectiveTime = options.includeEffectiveTimes ? effectiveTimeOf(outcomes[index]) : null;
    const { description, tags } = view.about;
    return view.features.map(({ name, type }) => ({
      ...(options.includeNames ? { name } : {}),
      ...(effectiveTime === null ? {} : { effectiveTime }),
      ...(options.includeDataTypes ? { dataType: wireDataTypeOf(type) } : {}),
      ...(options.includeFeatureDescriptions && description !== undefined ? { description } : {}),
      ...(options.includeFeatureTags && tags !== undefined ? { tags: { ...tags } } : {}),
    }));
  });
}

const SECOND = parseDuration("1s");

/** In whole seconds: the published clients read no other form. */
function effectiveTimeOf(outcome: ViewOutcome | undefined): string | null {
  const bound: EpochMicros | null = outcome?.kind === "answered" ? outcome.answer.bound : null;
  return bound === null ? null : formatInstant(floor(bound, SECOND));
}

/** The values of a row, by position. */
export function vectorOf(
  { views }: ServedService,
  { outcomes }: ServiceRow,
  zeroCounts: boolean,
): WireFeature[] {
  const vector: WireFeature[] = [];
  for (const [index, { features }] of views.entries()) {
    const outcome = outcomes[index]!;
    const values = outcome.kind === "answered" ? outcome.answer.values : null;
    for (const feature of features)
      vector.push(values === null ? null : valueOf(feature, values, zeroCounts));
  }
  return vector;
}

function valueOf(
  { index, encode, isCount }: ServedFeature,
  values: readonly Value[],
  zeroCounts: boolean,
): WireFeature {
  const value = values[index] ?? null;
  return encode(value === null && isCount && zeroCounts ? 0n : value);
}

/** The status of each value of a row. */
export function statusesOf(service: ServedService, { outcomes }: ServiceRow): FeatureStatus[] {
  return service.views.flatMap((view, index) => statusesOfView(view, outcomes[index]!));
}

function statusesOfView({ features }: ShownView, outcome: ViewOutcome): FeatureStatus[] {
  if (outcome.kind === "failed") return features.map(() => "UNKNOWN");
  if (outcome.kind === "lacking") {
    const status = outcome.error.code === "TIMEOUT" ? "TIME_OUT" : "UNKNOWN";
    return features.map(() => status);
  }
  const { answer, isMissing } = outcome;
  return features.map(({ index }) =>
    isMissing || answer.values[index] === null ? "MISSING_DATA" : "PRESENT",
  );
}

/** Whether a view could not be had for the row. */
export function isPartial({ outcomes }: ServiceRow): boolean {
  return outcomes.some(({ kind }) => kind === "lacking");
}

const INELIGIBLE = { sloEligible: false, sloIneligibilityReasons: ["UNKNOWN" as const] };

/** How long an answer took. */
export function sloInfoOf(row: ServiceRow, { storeMs }: RequestReads, startedAt: number): SloInfo {
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    ...(isPartial(row) ? INELIGIBLE : { sloEligible: true }),
    sloServerTimeSeconds: seconds,
    serverTimeSeconds: seconds,
    storeMaxLatency: storeMs / 1_000,
    storeResponseSizeBytes: row.bytes,
  };
}
