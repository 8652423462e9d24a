import { z } from "zod";
import { valueTypeSchema } from "./feature.ts";
import { durationTextSchema } from "./metadata.ts";

const columnSchema = z.strictObject({ name: z.string().min(1).max(200), type: valueTypeSchema }).readonly();

/** Files of one table; equals `FileBatchConfig` of core. */
export const fileBatchSchema = z
  .strictObject({
    format: z.enum(["parquet", "csv", "ndjson"]),
    path: z.string().max(4_096),
    columns: z.array(columnSchema).max(2_000).readonly().exactOptional(),
    timestampField: z.string().max(200),
    dataDelay: durationTextSchema,
  })
  .readonly()
  .meta({
    id: "FileBatch",
    description: "Files under a source root of the workers; CSV and NDJSON need declared columns.",
  });
