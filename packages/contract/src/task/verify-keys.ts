import { z } from "zod";

/** What a worker is asked to look for: rows of the deleted keys of a view's name, in every file of it. */
export const verifyKeysPayloadSchema = z.strictObject({
  kind: z.literal("verifyKeys"),
  viewName: z.string(),
  generationId: z.string(),
  /** The length of a tile in microseconds; `null` of attributes. */
  interval: z.string().nullable(),
  /** Never written: what is removed when the task has expired. */
  resultPath: z.string(),
});

/** What a scan of all files of a view has found of its deleted keys. */
export const keysVerificationSchema = z
  .strictObject({
    deletions: z.int().nonnegative(),
    keys: z.int().nonnegative(),
    /** Every file in the view's folder, of all generations and snapshots, also what attempts have left behind. */
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    rows: z.int().nonnegative(),
    /** Rows of deleted keys from before their deletion: 0 is the proof. */
    found: z.int().nonnegative(),
    filesWithKeys: z.array(z.string()),
  })
  .meta({ id: "KeysVerification" });

/** What a worker is asked to look for. */
export type VerifyKeysPayload = z.infer<typeof verifyKeysPayloadSchema>;

/** What a scan of all files of a view has found of its deleted keys. */
export type KeysVerification = z.infer<typeof keysVerificationSchema>;
