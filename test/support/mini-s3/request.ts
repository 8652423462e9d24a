import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** A request as S3 sees it; `key` is empty for one about the bucket itself. */
export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Reads a path-style request whole; signatures are not checked. */
export async function readRequest(message: IncomingMessage): Promise<S3Request> {
  const url = new URL(message.url ?? "/", "http://mini-s3");
  const [, bucket = "", ...key] = url.pathname.split("/");
  const { method = "GET", headers } = message;
  const body = await readBody(message);
  return { method, bucket, key: decodeURIComponent(key.join("/")), query: url.searchParams, headers, body };
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const isChunked = (message.headers["content-encoding"] ?? "").includes("aws-chunked");
  return isChunked ? withoutChunkHeaders(body) : body;
}

/** Undoes `aws-chunked`: `<hex size>[;signature]\r\n<bytes>\r\n`, ended by a chunk of size 0 and trailers. */
function withoutChunkHeaders(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.toString("latin1", at, lineEnd), 16);
    if (!(size > 0)) break;
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
