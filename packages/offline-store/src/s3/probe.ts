import { randomUUID } from "node:crypto";
import { TeselaError } from "@tesela/core";
import { unavailable } from "../errors.ts";
import type { Bucket } from "./bucket.ts";
import { hasStatus } from "./s3-error.ts";

/** Not a path, so that no file can be there and no listing shows it. */
const FOLDER = ".check";

/** Resolves when an object can be written, read back and deleted, and the store refuses to overwrite it. */
export async function probe(bucket: Bucket, signal: AbortSignal): Promise<void> {
  const path = `${FOLDER}/${randomUUID()}`;
  const body = Buffer.from(path);
  await bucket.put(path, body, true, signal);
  try {
    await checkReadable(bucket, path, signal);
    await checkConditional(bucket, path, body, signal);
  } finally {
    await bucket.delete(path, signal);
  }
}

async function checkReadable(bucket: Bucket, path: string, signal: AbortSignal): Promise<void> {
  const { body } = await bucket.get(path, signal);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  const isSame = Buffer.concat(chunks).toString() === path;
  if (!isSame) throw unavailable("check itself", "an object read back differs");
}

async function checkConditional(
  bucket: Bucket,
  path: string,
  body: Buffer,
  signal: AbortSignal,
): Promise<void> {
  try {
    await bucket.put(path, body, true, signal);
  } catch (error) {
    if (hasStatus(error, 412)) return;
    throw error;
  }
  throw new TeselaError(
    "MISCONFIGURED",
    "The S3 server of the offline store overwrites objects it was told to keep.",
    {
      fix: "Use a server with conditional writes (If-None-Match), such as AWS S3 or MinIO.",
    },
  );
}
