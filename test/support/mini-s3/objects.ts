import { md5, type Bucket } from "./bucket.ts";
import { parseRange } from "./range.ts";
import { emptyReply, type Reply } from "./reply.ts";
import type { S3Request } from "./request.ts";
import { S3Error } from "./s3-error.ts";

/** `PutObject`, `GetObject`, `HeadObject` and `DeleteObject`, by method. */
export function handleObject(request: S3Request, bucket: Bucket): Reply {
  if (request.method === "PUT") return putObject(request, bucket);
  if (request.method === "GET" || request.method === "HEAD") return getObject(request, bucket);
  if (request.method !== "DELETE") throw new S3Error(501, "NotImplemented");
  bucket.delete(request.key);
  return emptyReply(204);
}

function putObject({ key, body, headers }: S3Request, bucket: Bucket): Reply {
  const { etag } = bucket.put(key, body, md5(body), headers);
  return emptyReply(200, { etag: `"${etag}"` });
}

/** `HEAD` gets the headers of `GET`; the server leaves out the body. */
function getObject({ key, headers }: S3Request, bucket: Bucket): Reply {
  const { data, etag, modified } = bucket.get(key);
  const common = { etag: `"${etag}"`, "last-modified": modified.toUTCString(), "accept-ranges": "bytes" };
  const range = parseRange(headers.range, data.length);
  if (range === null) return { status: 200, headers: common, body: data };
  const { start, end } = range;
  const partial = { ...common, "content-range": `bytes ${start}-${end - 1}/${data.length}` };
  return { status: 206, headers: partial, body: data.subarray(start, end) };
}
