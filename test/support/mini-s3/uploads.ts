import { randomUUID } from "node:crypto";
import { md5, type Bucket } from "./bucket.ts";
import type { S3Request } from "./request.ts";
import { emptyReply, xmlReply, type Reply } from "./reply.ts";
import { S3Error } from "./s3-error.ts";
import { element, leaf, textsOf } from "./xml.ts";

interface Part {
  readonly data: Buffer;
  readonly etag: string;
}

const SMALLEST_PART = 5 * 1024 * 1024;

/** Multipart uploads that were begun and neither completed nor aborted. */
export class Uploads {
  readonly #parts = new Map<string, Map<number, Part>>();

  /** How many are open: parts that somebody would pay for. */
  get size(): number {
    return this.#parts.size;
  }

  /** `CreateMultipartUpload`. */
  begin({ bucket, key }: S3Request): Reply {
    const id = randomUUID();
    this.#parts.set(id, new Map());
    const fields = [leaf("Bucket", bucket), leaf("Key", key), leaf("UploadId", id)];
    return xmlReply(element("InitiateMultipartUploadResult", ...fields));
  }

  /** `UploadPart`, `CompleteMultipartUpload` or `AbortMultipartUpload`, by method. */
  handle(request: S3Request, bucket: Bucket): Reply {
    const id = request.query.get("uploadId") ?? "";
    const parts = this.#parts.get(id);
    if (parts === undefined) throw new S3Error(404, "NoSuchUpload");
    if (request.method === "PUT") return addPart(parts, request);
    if (request.method === "POST") return this.#complete(id, parts, request, bucket);
    if (request.method !== "DELETE") throw new S3Error(501, "NotImplemented");
    this.#parts.delete(id);
    return emptyReply(204);
  }

  #complete(id: string, parts: Map<number, Part>, request: S3Request, bucket: Bucket): Reply {
    const chosen = chooseParts(parts, textsOf(request.body.toString(), "PartNumber").map(Number));
    const etags = Buffer.concat(chosen.map((part) => Buffer.from(part.etag, "hex")));
    const etag = `${md5(etags)}-${chosen.length}`;
    bucket.put(request.key, Buffer.concat(chosen.map((part) => part.data)), etag, request.headers);
    this.#parts.delete(id);
    const fields = [leaf("Bucket", request.bucket), leaf("Key", request.key), leaf("ETag", `"${etag}"`)];
    return xmlReply(element("CompleteMultipartUploadResult", ...fields));
  }
}

function addPart(parts: Map<number, Part>, { query, body }: S3Request): Reply {
  const etag = md5(body);
  parts.set(Number(query.get("partNumber")), { data: body, etag });
  return emptyReply(200, { etag: `"${etag}"` });
}

function chooseParts(parts: ReadonlyMap<number, Part>, numbers: readonly number[]): Part[] {
  const chosen = numbers.map((number) => parts.get(number)).filter((part) => part !== undefined);
  if (chosen.length === 0 || chosen.length < numbers.length) throw new S3Error(400, "InvalidPart");
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0))) {
    throw new S3Error(400, "InvalidPartOrder");
  }
  const isTooSmall = chosen.slice(0, -1).some((part) => part.data.length < SMALLEST_PART);
  if (isTooSmall) throw new S3Error(400, "EntityTooSmall");
  return chosen;
}
