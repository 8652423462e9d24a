import { LocalStore } from "./local/local-store.ts";
import { parseLocation, type S3Location } from "./location.ts";
import type { OfflineStore } from "./port.ts";
import { createS3Client, type S3Credentials } from "./s3/client.ts";
import { S3Store } from "./s3/s3-store.ts";

/** What a store's URL does not say. */
export interface OfflineStoreOptions {
  /** S3 only; default: the AWS default chain. */
  readonly credentials?: S3Credentials | undefined;
  /** S3 only: the folder in which this process makes its own for downloads; default: the system's temporary one. */
  readonly cacheDirectory?: string | undefined;
  /** S3 only: what the downloads may occupy; default 10 GiB. */
  readonly cacheBytes?: number | undefined;
  /** S3 only: how long one request may take, retries included, without the body of a download; default 60 s. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a download or a copy may stand still; default 30 s. */
  readonly idleTimeoutMs?: number | undefined;
}

/**
 * The store at a URL: an absolute folder, `file:///folder`, or
 * `s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=true`. Connects nothing: call `start`. Throws
 * `VALIDATION` on any other URL.
 */
export function openOfflineStore(url: string, options: OfflineStoreOptions = {}): OfflineStore {
  const location = parseLocation(url);
  const { idleTimeoutMs = 30_000 } = options;
  if (location.kind === "local") return new LocalStore({ directory: location.directory, idleTimeoutMs });
  return openS3Store(location, idleTimeoutMs, options);
}

function openS3Store(location: S3Location, idleTimeoutMs: number, options: OfflineStoreOptions): S3Store {
  const {
    cacheBytes = 10 * 1024 ** 3,
    requestTimeoutMs = 60_000,
    cacheDirectory = null,
    credentials = null,
  } = options;
  const client = createS3Client(location, credentials);
  return new S3Store({ client, location, cacheDirectory, cacheBytes, requestTimeoutMs, idleTimeoutMs });
}
