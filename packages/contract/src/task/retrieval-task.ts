import { z } from "zod";
import { explainPayloadSchema } from "./explain.ts";
import { rangeReadSchema, spineReadSchema } from "./retrieval.ts";
import { runPayloadSchema } from "./run.ts";
import { verifyKeysPayloadSchema } from "./verify-keys.ts";

/** All that a worker can be asked of the past: reads, a run of a view, an explanation. */
export const retrievalTaskSchema = z.discriminatedUnion("kind", [
  spineReadSchema,
  rangeReadSchema,
  runPayloadSchema,
  explainPayloadSchema,
  verifyKeysPayloadSchema,
]);
