import { z } from "zod";
import { viewFields } from "./jobs.ts";
import { eitherSpelling } from "./spelling.ts";

/** Body of where the rows of a feature table are to be sent. */
export const dataframeInfoRequestSchema = eitherSpelling(z.strictObject(viewFields));

/** Answer of that: what to ingest afterwards, and the URL that takes a Parquet file by `PUT`, without a key. */
export const dataframeInfoResponseSchema = z.strictObject({
  df_path: z.string(),
  signed_url_for_df_upload: z.string(),
});

/** Body of bringing rows that were sent into a feature table. */
export const ingestDataframeRequestSchema = eitherSpelling(
  z.strictObject({
    ...viewFields,
    dfPath: z.string().min(1).max(200),
    useTectonManagedRetries: z.boolean().default(true),
  }),
);
