import { encodeValue, wireDataTypeOf, type FeatureStatus, type ResponseOf } from "@tesela/contract";
import type { QueryRows, Wildcard } from "./query-rows.ts";
import type { ServiceRow } from "./read-rows.ts";
import {
  describedFeatures,
  hasFeatures,
  isPartial,
  sloInfoOf,
  statusesOf,
  vectorOf,
  type WireRead,
} from "./wire-answer.ts";

type Answer = ResponseOf<"queryFeatures">;
type Metadata = NonNullable<Answer["metadata"]>;

/** The answer to a query: a row for each value of the wildcard, which stands beside the features. */
export function queryFeaturesAnswer(wildcard: Wildcard, keys: QueryRows["keys"], read: WireRead): Answer {
  const { service, rows, options, zeroCounts } = read;
  const { place, key } = wildcard;
  const results = rows.map((row, index) => ({
    features: vectorOf(service, row, zeroCounts),
    joinKeys: [encodeValue(keys[index]![place] ?? null, key.type)],
  }));
  const metadata: Metadata = {
    ...(hasFeatures(options) ? { features: featuresOf(read) } : {}),
    ...(options.includeNames || options.includeDataTypes
      ? { joinKeys: [describedKey(wildcard, options)] }
      : {}),
    ...(options.includeSloInfo ? { sloInfo: sloInfoOf(asOne(rows), read.request, read.startedAt) } : {}),
    ...(rows.some(isPartial) ? { partialResults: true as const } : {}),
  };
  return Object.keys(metadata).length === 0 ? { results } : { results, metadata };
}

function describedKey(
  { key }: Wildcard,
  { includeNames, includeDataTypes }: WireRead["options"],
): NonNullable<Metadata["joinKeys"]>[number] {
  return {
    ...(includeNames ? { name: key.name } : {}),
    ...(includeDataTypes ? { dataType: wireDataTypeOf(key.type) } : {}),
  };
}

function featuresOf({ service, rows, options }: WireRead): NonNullable<Metadata["features"]> {
  const features = describedFeatures(service, rows[0] ?? NO_ROW, options);
  if (options.includeServingStatus) {
    const statuses = rows.map((row) => statusesOf(service, row));
    features.forEach((feature, index) => (feature.status = worst(statuses.map((row) => row[index]!))));
  }
  return features;
}

const NO_ROW: ServiceRow = { outcomes: [], bytes: 0 };

/** The published clients read one status of a feature, whatever the number of rows. */
function worst(statuses: readonly FeatureStatus[]): FeatureStatus {
  for (const status of ["TIME_OUT", "UNKNOWN", "PRESENT"] as const) {
    if (statuses.includes(status)) return status;
  }
  return "MISSING_DATA";
}

/** All that came from the store. */
function asOne(rows: readonly ServiceRow[]): ServiceRow {
  return {
    outcomes: rows.flatMap(({ outcomes }) => outcomes),
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
