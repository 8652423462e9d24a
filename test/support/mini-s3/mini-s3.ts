import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Bucket } from "./bucket.ts";
import type { BodyFault, ErrorFault, Fault } from "./fault.ts";
import { listObjects } from "./listing.ts";
import { handleObject } from "./objects.ts";
import { emptyReply, errorReply, xmlReply, type Reply } from "./reply.ts";
import { readRequest, type S3Request } from "./request.ts";
import { S3Error } from "./s3-error.ts";
import { Uploads } from "./uploads.ts";

/** What the server is to hold at its start, and how to break it. */
export interface MiniS3Options {
  readonly buckets: readonly string[];
  /** The most keys in one page of a listing; default 1,000, as S3. */
  readonly pageSize?: number;
  /** Asked before each request is answered. */
  readonly faultFor?: (request: S3Request) => Fault | null;
}

/** A running server. */
export interface MiniS3 extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40001`. */
  readonly endpoint: string;
  /** Multipart uploads neither completed nor aborted. */
  readonly openUploads: number;
}

/**
 * Starts an S3 server in this process, in memory, for tests: path-style, any credentials; conditional writes,
 * multipart uploads, ranges, `ListObjectsV2` and deletes behave as those of S3.
 */
export async function startMiniS3(options: MiniS3Options): Promise<MiniS3> {
  const state = newState(options);
  const server = createServer((message, response) => void serve(state, message, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get openUploads() {
      return state.uploads.size;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface State {
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly uploads: Uploads;
  readonly pageSize: number;
  readonly faultFor: (request: S3Request) => Fault | null;
}

function newState({ buckets, pageSize = 1000, faultFor = () => null }: MiniS3Options): State {
  const named = new Map(buckets.map((name) => [name, new Bucket()]));
  return { buckets: named, uploads: new Uploads(), pageSize, faultFor };
}

async function serve(state: State, message: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const request = await readRequest(message);
    const fault = state.faultFor(request);
    if (fault === null) send(response, request.method, answer(state, request));
    else sendFaulty(response, state, request, fault);
  } catch {
    // The client hung up while it was sending.
    response.destroy();
  }
}

function sendFaulty(response: ServerResponse, state: State, request: S3Request, fault: Fault): void {
  if (fault.kind === "silence") return;
  if (fault.kind === "error") send(response, request.method, errorOf(fault));
  else sendPart(response, answer(state, request), fault);
}

function errorOf({ status, code, fields }: ErrorFault): Reply {
  return errorReply(new S3Error(status, code, fields));
}

function answer(state: State, request: S3Request): Reply {
  try {
    return route(state, request);
  } catch (error) {
    return errorReply(error);
  }
}

function route({ buckets, uploads, pageSize }: State, request: S3Request): Reply {
  const { method, key, query } = request;
  const bucket = buckets.get(request.bucket);
  if (bucket === undefined) throw new S3Error(404, "NoSuchBucket");
  if (key === "") return handleBucket(bucket, request, pageSize);
  if (method === "POST" && query.has("uploads")) return uploads.begin(request);
  return query.has("uploadId") ? uploads.handle(request, bucket) : handleObject(request, bucket);
}

function handleBucket(bucket: Bucket, { method, bucket: name, query }: S3Request, pageSize: number): Reply {
  if (method === "HEAD") return emptyReply(200);
  if (method !== "GET" || query.get("list-type") !== "2") throw new S3Error(501, "NotImplemented");
  return xmlReply(listObjects(bucket, name, query, pageSize));
}

function send(response: ServerResponse, method: string, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, "content-length": body.length });
  response.end(method === "HEAD" ? undefined : body);
}

function sendPart(
  response: ServerResponse,
  { status, headers, body }: Reply,
  { kind, afterBytes }: BodyFault,
): void {
  response.writeHead(status, { ...headers, "content-length": body.length });
  response.flushHeaders();
  response.write(body.subarray(0, afterBytes), () => {
    if (kind === "drop") response.destroy();
  });
}
