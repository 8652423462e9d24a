import { setTimeout as pause } from "node:timers/promises";
import { TeselaError } from "@tesela/core";
import { differentBytes, unavailable } from "../errors.ts";
import type { TransferLimits } from "../io/idle-timeout.ts";
import { digest, readLocalFile } from "../io/streams.ts";
import type { Bucket } from "./bucket.ts";
import { hasStatus } from "./s3-error.ts";
import { uploadNew, type Upload } from "./upload.ts";

const TRIES = 5;
const PAUSE_MS = 50;
/** There is an object now, another writer is at it, or a repeated request found its upload ended. */
const CONTENDED = [412, 409, 404];

/** Makes the object exist with exactly the file's bytes; `CONFLICT` when it has others. */
export async function putObject(bucket: Bucket, upload: Upload, limits: TransferLimits): Promise<void> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const existing = await bucket.sizeOf(upload.path, limits.signal);
    if (existing !== null) return await checkSame(bucket, upload, existing, limits);
    if (await uploadUnlessContended(bucket, upload, limits.signal)) return;
    await pause(tries * PAUSE_MS);
  }
  throw unavailable(limits.action, `other writers got in the way ${TRIES} times`);
}

async function uploadUnlessContended(bucket: Bucket, upload: Upload, signal: AbortSignal): Promise<boolean> {
  try {
    await uploadNew(bucket, upload, signal);
    return true;
  } catch (error) {
    if (isContended(error)) return false;
    throw error;
  }
}

function isContended(error: unknown): boolean {
  const mayPass = error instanceof TeselaError && error.code === "UNAVAILABLE";
  return mayPass && CONTENDED.some((status) => hasStatus(error, status));
}

async function checkSame(
  bucket: Bucket,
  upload: Upload,
  existing: number,
  limits: TransferLimits,
): Promise<void> {
  const isSame = existing === upload.bytes && (await hasSameDigest(bucket, upload, limits));
  if (!isSame) throw differentBytes(upload.path);
}

async function hasSameDigest(bucket: Bucket, upload: Upload, limits: TransferLimits): Promise<boolean> {
  const expected = await digest(readLocalFile(upload.localPath), limits);
  const { body } = await bucket.get(upload.path, limits.signal);
  return (await digest(body, limits)) === expected;
}
