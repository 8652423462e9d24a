import { z } from "zod";
import { consistencyPayloadSchema } from "./consistency.ts";
import { explainPayloadSchema } from "./explain.ts";
import { rangeReadSchema, spineReadSchema } from "./retrieval.ts";
import { runRealtimePayloadSchema } from "./run-realtime.ts";
import { runPayloadSchema } from "./run.ts";
import { keepServedPayloadSchema, readServedPayloadSchema } from "./served-log.ts";
import { verifyKeysPayloadSchema } from "./verify-keys.ts";

/** All that a worker can be asked of the past: reads, a run of a view, an explanation, a comparison. */
export const retrievalTaskSchema = z.discriminatedUnion("kind", [
  spineReadSchema,
  rangeReadSchema,
  runPayloadSchema,
  runRealtimePayloadSchema,
  explainPayloadSchema,
  verifyKeysPayloadSchema,
  consistencyPayloadSchema,
  keepServedPayloadSchema,
  readServedPayloadSchema,
]);
