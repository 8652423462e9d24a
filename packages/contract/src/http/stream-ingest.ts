import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";

/** Rows that one request may bring at most. */
export const MOST_RECORDS = 1_000;

const recordsSchema = z.record(
  nameSchema,
  z.array(z.strictObject({ record: z.record(z.string(), z.unknown()) })),
);
const keySchema = z.string().min(1).max(200);

/** Body of pushing rows into streams, in both spellings; `records` by the name of their stream. */
export const pushRequestSchema = z
  .strictObject({
    workspace_name: nameSchema.optional(),
    workspaceName: nameSchema.optional(),
    dry_run: z.boolean().optional(),
    dryRun: z.boolean().optional(),
    /** The same key is the same request, for a day: repeated it changes nothing. */
    idempotency_key: keySchema.optional(),
    idempotencyKey: keySchema.optional(),
    records: recordsSchema,
  })
  .superRefine(({ workspace_name, workspaceName, records }, context) => {
    if (workspace_name === undefined && workspaceName === undefined) {
      context.addIssue({ code: "custom", path: ["workspace_name"], message: "is missing" });
    }
    const count = Object.values(records).reduce((sum, rows) => sum + rows.length, 0);
    if (count > 0 && count <= MOST_RECORDS) return;
    const message = `holds ${count} records, expected 1 to ${MOST_RECORDS}`;
    context.addIssue({ code: "custom", path: ["records"], message });
  });

/** Counts are text, as every int64 of this API. */
const countSchema = z.string().regex(/^\d+$/);

/** What pushed rows came to, for each feature view that reads them. */
export const pushResponseSchema = z.strictObject({
  workspaceName: nameSchema,
  ingestMetrics: z.strictObject({
    featureViewIngestMetrics: z.array(
      z.strictObject({
        featureViewName: nameSchema,
        /** Its generation; absent where the view is gone. */
        featureViewId: z.string().exactOptional(),
        onlineRecordIngestCount: countSchema,
        offlineRecordIngestCount: countSchema,
        /** Rows without a join key or an event time. */
        rejectedRecordCount: countSchema,
      }),
    ),
  }),
});

/** What pushed rows came to. */
export type PushResponse = z.output<typeof pushResponseSchema>;
