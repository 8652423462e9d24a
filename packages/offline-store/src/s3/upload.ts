import { open, readFile, type FileHandle } from "node:fs/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from "@aws-sdk/client-s3";
import { unavailable } from "../errors.ts";
import type { Bucket } from "./bucket.ts";

const MEBIBYTE = 1024 * 1024;
const SMALLEST_PART_BYTES = 8 * MEBIBYTE;
const MOST_PARTS = 10_000;
/** Parts in flight: an upload holds this many of them in memory, whatever the file's size. */
const LANES = 3;

/** A local file on its way to an object. */
export interface Upload {
  readonly localPath: string;
  readonly bytes: number;
  readonly path: string;
}

/** Writes a new object from a local file; when there is one already it fails with status 412 (or 409 in a race). */
export async function uploadNew(bucket: Bucket, upload: Upload, signal: AbortSignal): Promise<void> {
  if (upload.bytes > SMALLEST_PART_BYTES) return await uploadParts(bucket, upload, signal);
  await bucket.put(upload.path, await readFile(upload.localPath), true, signal);
}

async function uploadParts(bucket: Bucket, upload: Upload, signal: AbortSignal): Promise<void> {
  const id = await begin(bucket, upload, signal);
  try {
    await complete(bucket, upload, id, await sendParts(bucket, upload, id, signal), signal);
  } catch (error) {
    // Parts that stay are paid for. The bucket's own clean-up rule is the net below this one.
    await abandon(bucket, upload, id).catch(() => {});
    throw error;
  }
}

async function begin(bucket: Bucket, { path }: Upload, signal: AbortSignal): Promise<string> {
  const command = new CreateMultipartUploadCommand(bucket.objectOf(path));
  const action = `write "${path}"`;
  const { UploadId } = await bucket.request(action, signal, (options) =>
    bucket.client.send(command, options),
  );
  if (UploadId === undefined) throw unavailable(action, "the answer had no upload id");
  return UploadId;
}

async function complete(
  bucket: Bucket,
  { path }: Upload,
  id: string,
  parts: CompletedPart[],
  signal: AbortSignal,
): Promise<void> {
  const MultipartUpload = { Parts: parts };
  const input = { ...bucket.objectOf(path), UploadId: id, MultipartUpload, IfNoneMatch: "*" };
  const command = new CompleteMultipartUploadCommand(input);
  await bucket.request(`write "${path}"`, signal, (options) => bucket.client.send(command, options));
}

/** Has a deadline but no signal: it runs because something was aborted. */
async function abandon(bucket: Bucket, { path }: Upload, id: string): Promise<void> {
  const command = new AbortMultipartUploadCommand({ ...bucket.objectOf(path), UploadId: id });
  const never = new AbortController().signal;
  await bucket.request(`abandon "${path}"`, never, (options) => bucket.client.send(command, options));
}

/** Sends all parts, a few at a time; when one fails the others end before this rejects. */
async function sendParts(
  bucket: Bucket,
  upload: Upload,
  id: string,
  signal: AbortSignal,
): Promise<CompletedPart[]> {
  await using file = await open(upload.localPath, "r");
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const queue = partsOf(upload.bytes).values();
  const lanes = Array.from({ length: LANES }, async () => {
    const sent: CompletedPart[] = [];
    for (const part of queue) {
      const filled = await readPart(file, part, upload);
      sent.push(await sendPart(bucket, upload, id, filled, either));
    }
    return sent;
  });
  for (const lane of lanes) lane.catch((error: unknown) => failure.abort(error));
  const sent = await Promise.allSettled(lanes);
  either.throwIfAborted();
  return sent
    .flatMap((lane) => (lane.status === "fulfilled" ? lane.value : []))
    .toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
}

interface Part {
  readonly number: number;
  readonly start: number;
  readonly bytes: number;
}

interface FilledPart extends Part {
  readonly body: Buffer;
}

function partsOf(bytes: number): Part[] {
  const size = Math.max(SMALLEST_PART_BYTES, Math.ceil(bytes / MOST_PARTS / MEBIBYTE) * MEBIBYTE);
  return Array.from({ length: Math.ceil(bytes / size) }, (_, i) => ({
    number: i + 1,
    start: i * size,
    bytes: Math.min(size, bytes - i * size),
  }));
}

async function readPart(file: FileHandle, part: Part, { path }: Upload): Promise<FilledPart> {
  const body = Buffer.allocUnsafe(part.bytes);
  for (let filled = 0; filled < body.length;) {
    const { bytesRead } = await file.read(body, filled, body.length - filled, part.start + filled);
    if (bytesRead === 0) throw unavailable(`write "${path}"`, "the local file became shorter meanwhile");
    filled += bytesRead;
  }
  return { ...part, body };
}

async function sendPart(
  bucket: Bucket,
  { path }: Upload,
  id: string,
  { number, body }: FilledPart,
  signal: AbortSignal,
): Promise<CompletedPart> {
  const command = new UploadPartCommand({
    ...bucket.objectOf(path),
    UploadId: id,
    PartNumber: number,
    Body: body,
  });
  const action = `write part ${number} of "${path}"`;
  const { ETag, ChecksumCRC32 } = await bucket.request(action, signal, (options) =>
    bucket.client.send(command, options),
  );
  return { PartNumber: number, ETag, ChecksumCRC32 };
}
