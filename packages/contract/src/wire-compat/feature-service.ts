import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { wireFeatureSchema, wireValueSchema } from "../wire/value.ts";
import { wireDataTypeSchema } from "./data-type.ts";
import { eitherSpelling } from "./spelling.ts";

/** Rows of one batch at most. */
export const MAX_BATCH_ROWS = 1_000;
/** How long a request may take at most, in milliseconds. */
export const MAX_LATENCY_BUDGET_MS = 60_000;

const MAX_KEYS = 64;

/** What may stand in the metadata of an answer; what is not asked for is absent, not empty. */
const metadataOptionsSchema = eitherSpelling(
  z.looseObject({
    includeNames: z.boolean().default(false),
    includeEffectiveTimes: z.boolean().default(false),
    includeDataTypes: z.boolean().default(false),
    includeSloInfo: z.boolean().default(false),
    includeServingStatus: z.boolean().default(false),
    includeFeatureDescriptions: z.boolean().default(false),
    includeFeatureTags: z.boolean().default(false),
  }),
).meta({ id: "MetadataOptions" });

/** How a request is served; options that this server does not have are passed over. */
const requestOptionsSchema = eitherSpelling(
  z.looseObject({
    latencyBudgetMs: z.int().min(0).max(MAX_LATENCY_BUDGET_MS).exactOptional(),
    coerceNullCountsToZero: z.boolean().default(false),
    /** Of views that declare a serving cache: whether values that it holds may be answered. */
    readFromCache: z.boolean().default(true),
    /** Of views that declare a serving cache: whether what is read is kept there. */
    writeToCache: z.boolean().default(true),
  }),
).meta({ id: "RequestOptions" });

const joinKeyMapSchema = z
  .record(z.string().max(200), wireValueSchema)
  .refine((keys) => Object.keys(keys).length <= MAX_KEYS, `at most ${MAX_KEYS} join keys`);

const requestContextMapSchema = z
  .record(z.string().max(200), z.unknown())
  .refine((keys) => Object.keys(keys).length <= MAX_KEYS, `at most ${MAX_KEYS} fields`);

const rowFields = {
  joinKeyMap: joinKeyMapSchema.default({}),
  requestContextMap: requestContextMapSchema.default({}),
};

const targetFields = {
  workspaceName: nameSchema,
  featureServiceName: nameSchema.exactOptional(),
  /** In place of a service: a feature view by itself. */
  featureViewName: nameSchema.exactOptional(),
};

/** Exactly one of the two names says what is read. */
function ofOneTarget<S extends z.ZodObject<typeof targetFields>>(schema: S): S {
  return schema.refine(
    ({ featureServiceName, featureViewName }) =>
      (featureServiceName === undefined) !== (featureViewName === undefined),
    { path: ["featureServiceName"], message: "expected it or featureViewName, one of the two" },
  );
}

const readFields = {
  ...targetFields,
  allowPartialResults: z.boolean().default(false),
  // Parsed here, once: most requests have neither.
  metadataOptions: metadataOptionsSchema.default(metadataOptionsSchema.parse({})),
  requestOptions: requestOptionsSchema.default(requestOptionsSchema.parse({})),
};

/** Body of reading one feature vector. */
export const getFeaturesRequestSchema = z.strictObject({
  params: eitherSpelling(ofOneTarget(z.strictObject({ ...readFields, ...rowFields }))),
});

/** Body of reading several feature vectors. */
export const getFeaturesBatchRequestSchema = z.strictObject({
  params: eitherSpelling(
    ofOneTarget(
      z.strictObject({
        ...readFields,
        requestData: z
          .array(eitherSpelling(z.strictObject(rowFields)))
          .min(1)
          .max(MAX_BATCH_ROWS),
      }),
    ),
  ),
});

/** Body of asking what a feature service, or a view by itself, takes and gives. */
export const serviceMetadataRequestSchema = z.strictObject({
  params: eitherSpelling(ofOneTarget(z.strictObject(targetFields))),
});

/** What a published client is told of how a feature came about. */
export const FEATURE_STATUSES = ["PRESENT", "MISSING_DATA", "TIME_OUT", "UNKNOWN"] as const;

/**
 * `PRESENT`: there is a value; `MISSING_DATA`: there is none for these keys, or it is past its ttl; `TIME_OUT`:
 * the store did not answer in time; `UNKNOWN`: the view cannot be served at the moment, or its function failed.
 */
export type FeatureStatus = (typeof FEATURE_STATUSES)[number];

const statusSchema = z.enum(FEATURE_STATUSES).meta({ id: "FeatureStatus" });
const wholeSeconds = z.string().meta({ description: "ISO 8601, UTC, whole seconds" });

const featureFields = {
  name: z.string().exactOptional(),
  effectiveTime: wholeSeconds.exactOptional(),
  dataType: wireDataTypeSchema.exactOptional(),
  description: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()).exactOptional(),
};

const sloInfoFields = {
  sloEligible: z.boolean(),
  sloIneligibilityReasons: z.array(z.literal("UNKNOWN")).exactOptional(),
  sloServerTimeSeconds: z.number(),
  serverTimeSeconds: z.number(),
  storeMaxLatency: z.number(),
};

/** How long an answer took, as the published clients read it. */
export const sloInfoSchema = z
  .strictObject({ ...sloInfoFields, storeResponseSizeBytes: z.int() })
  .meta({ id: "SloInfo" });

/** How long an answer took. */
export type SloInfo = z.infer<typeof sloInfoSchema>;

const vectorSchema = z.strictObject({ features: z.array(wireFeatureSchema) });

/** What an answer says of one feature. */
export const wireFeatureMetadataSchema = z
  .strictObject({ ...featureFields, status: statusSchema.exactOptional() })
  .meta({ id: "FeatureMetadata" });

/** What an answer says of one feature. */
export type WireFeatureMetadata = z.infer<typeof wireFeatureMetadataSchema>;

/** Answer of one feature vector: values by position, in an order that does not change. */
export const getFeaturesResponseSchema = z.strictObject({
  result: vectorSchema,
  metadata: z
    .strictObject({
      features: z.array(wireFeatureMetadataSchema).exactOptional(),
      sloInfo: sloInfoSchema.exactOptional(),
      partialResults: z.literal(true).exactOptional(),
    })
    .exactOptional(),
});

/** Answer of several feature vectors, in the order asked for; of each feature the status of every row. */
export const getFeaturesBatchResponseSchema = z.strictObject({
  result: z.array(vectorSchema),
  metadata: z
    .strictObject({
      features: z
        .array(z.strictObject({ ...featureFields, status: z.array(statusSchema).exactOptional() }))
        .exactOptional(),
      sloInfo: z.array(sloInfoSchema).exactOptional(),
      batchSloInfo: z.strictObject(sloInfoFields).exactOptional(),
      partialResults: z.literal(true).exactOptional(),
    })
    .exactOptional(),
});

const namedTypeSchema = z
  .strictObject({ name: z.string(), dataType: wireDataTypeSchema, type: z.string() })
  .meta({ id: "NameAndType" });

/** What a feature service takes and gives. */
export const serviceMetadataResponseSchema = z.strictObject({
  featureServiceType: z.enum(["DEFAULT", "WILDCARD"]),
  inputJoinKeys: z.array(namedTypeSchema),
  /** The wildcard: each row of an answer has a value of it. */
  outputJoinKeys: z.array(namedTypeSchema).exactOptional(),
  inputRequestContextKeys: z.array(namedTypeSchema),
  featureValues: z.array(namedTypeSchema),
});

/** A name with its type, as the published clients read it. */
export type NameAndType = z.infer<typeof namedTypeSchema>;
