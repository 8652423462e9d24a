import { z } from "zod";
import { featureTypeSchema } from "../definition/feature.ts";
import { nameSchema } from "../definition/metadata.ts";

const microsSchema = z.string().regex(/^-?\d{1,19}$/);

/** A column of served vectors. */
export const servedColumnSchema = z.strictObject({ name: z.string(), type: featureTypeSchema });

/** A value of a served vector, as text: int64 in digits, bytes in base64, instants in ISO 8601. */
export const servedValueSchema = z.union([z.string(), z.array(z.string()), z.null()]);

/** What a worker is asked to keep: vectors that a feature service has served. */
export const keepServedPayloadSchema = z.strictObject({
  kind: z.literal("keepServed"),
  service: nameSchema,
  /** The same id is the same file. */
  id: z.uuid(),
  columns: z.array(servedColumnSchema),
  rows: z.array(z.array(servedValueSchema)),
  /** Never written: what is removed when the task has expired. */
  resultPath: z.string(),
});

/** What a worker is asked to read: the vectors that a feature service has served in a range of time. */
export const readServedPayloadSchema = z.strictObject({
  kind: z.literal("readServed"),
  service: nameSchema,
  start: microsSchema.nullable(),
  end: microsSchema.nullable(),
  resultPath: z.string(),
});

/** A column of served vectors. */
export type ServedColumn = z.infer<typeof servedColumnSchema>;

/** A value of a served vector. */
export type ServedValue = z.infer<typeof servedValueSchema>;

/** What a worker is asked to keep. */
export type KeepServedPayload = z.infer<typeof keepServedPayloadSchema>;

/** What a worker is asked to read. */
export type ReadServedPayload = z.infer<typeof readServedPayloadSchema>;
