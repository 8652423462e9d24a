import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./s3-error.ts";

/** A stored object. */
export interface StoredObject {
  readonly data: Buffer;
  /** Without its quotes. */
  readonly etag: string;
  readonly modified: Date;
}

/** MD5 in hex: what S3 uses as the etag of bytes sent in one request. */
export function md5(data: Buffer): string {
  return createHash("md5").update(data).digest("hex");
}

/** The objects of one bucket. Writes check their precondition and store in one step: one winner. */
export class Bucket {
  readonly #objects = new Map<string, StoredObject>();

  /** All keys in the order S3 lists them: by their UTF-8 bytes. */
  sortedKeys(): string[] {
    return [...this.#objects.keys()].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  /** The object, or `NoSuchKey`. */
  get(key: string): StoredObject {
    const found = this.#objects.get(key);
    if (found === undefined) throw new S3Error(404, "NoSuchKey");
    return found;
  }

  /** Stores unless `if-none-match: *` or `if-match` forbids it. */
  put(key: string, data: Buffer, etag: string, headers: IncomingHttpHeaders): StoredObject {
    checkPrecondition(headers, this.#objects.get(key));
    const stored = { data, etag, modified: new Date() };
    this.#objects.set(key, stored);
    return stored;
  }

  /** Deleting what is absent is fine. */
  delete(key: string): void {
    this.#objects.delete(key);
  }
}

function checkPrecondition(headers: IncomingHttpHeaders, current: StoredObject | undefined): void {
  if (headers["if-none-match"] === "*" && current !== undefined) throw new S3Error(412, "PreconditionFailed");
  const expected = headers["if-match"]?.replaceAll('"', "");
  if (expected === undefined) return;
  if (current === undefined) throw new S3Error(404, "NoSuchKey");
  if (current.etag !== expected) throw new S3Error(412, "PreconditionFailed");
}
