import type { Bucket } from "./bucket.ts";
import { element, leaf } from "./xml.ts";

/** `ListObjectsV2` without delimiters: prefix, start-after, continuation, and pages of at most `pageSize` keys. */
export function listObjects(bucket: Bucket, name: string, query: URLSearchParams, pageSize: number): string {
  const prefix = query.get("prefix") ?? "";
  const size = Math.min(Number(query.get("max-keys") ?? 1000), pageSize);
  const after = startOf(query);
  const rest = bucket.sortedKeys().filter((key) => key.startsWith(prefix) && isAfter(key, after));
  const page = rest.slice(0, size);
  const next = rest.length > size ? page.at(-1) : undefined;
  return element(
    "ListBucketResult",
    leaf("Name", name),
    leaf("Prefix", prefix),
    leaf("KeyCount", page.length),
    leaf("MaxKeys", size),
    leaf("IsTruncated", next !== undefined),
    next === undefined ? "" : leaf("NextContinuationToken", Buffer.from(next).toString("base64url")),
    ...page.map((key) => contents(bucket, key)),
  );
}

function startOf(query: URLSearchParams): string {
  const token = query.get("continuation-token");
  return token === null ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString();
}

function isAfter(key: string, start: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(start)) > 0;
}

function contents(bucket: Bucket, key: string): string {
  const { data, etag, modified } = bucket.get(key);
  return element(
    "Contents",
    leaf("Key", key),
    leaf("LastModified", modified.toISOString()),
    leaf("ETag", `"${etag}"`),
    leaf("Size", data.length),
    leaf("StorageClass", "STANDARD"),
  );
}
