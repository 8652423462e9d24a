import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { TeselaError } from "@tesela/core";
import { SharedTimer } from "../store/shared-timer.ts";

/** Bytes of a request body at most. */
const MAX_BYTES = 1024 * 1024;
/** How long a client may take to send it. */
const TIMEOUT_MS = 10_000;
const DEEPEST = 16;

const timer = new SharedTimer();

/**
 * Reads a JSON body; bounded in size, depth and time, and refused before it is parsed. Throws `TOO_LARGE`,
 * `TIMEOUT`, `VALIDATION`, `UNSUPPORTED_MEDIA_TYPE`.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw encoded(encoding);
  if (Number(request.headers["content-length"] ?? 0) > MAX_BYTES) throw tooLarge();
  return parseJson(await readBytes(request));
}

/** By its events: an asynchronous iterator costs more than all the rest of a small read. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const waiting = { expiresAt: performance.now() + TIMEOUT_MS, expire: () => fail(tooSlow()) };
  const fail = (error: TeselaError): void => {
    timer.remove(waiting);
    request.pause();
    reject(error);
  };
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BYTES) return fail(tooLarge());
    chunks.push(chunk);
  });
  timer.add(waiting);
  request.once("end", () => {
    timer.remove(waiting);
    resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
  });
  request.once("error", (cause) => fail(broken(cause)));
  request.once("aborted", () => fail(broken(null)));
  return promise;
}

/** Exported for its test. Text that is no UTF-8 would come out as another text, and so as another key. */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw notJson("it is no UTF-8");
  if (isTooDeep(bytes)) throw notJson(`it is nested deeper than ${DEEPEST} levels`);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw notJson("it does not parse");
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{` differ in one bit, as `]` and `}` do. */
const OPENING = 0x5b;
const CLOSING = 0x5d;
const SQUARE = 0xdf;

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (isText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if ((byte & SQUARE) === OPENING) depth += 1;
    else if ((byte & SQUARE) === CLOSING) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function notJson(reason: string): TeselaError {
  return new TeselaError("VALIDATION", `The body is not a JSON document that is taken here: ${reason}.`);
}

function tooLarge(): TeselaError {
  return new TeselaError("TOO_LARGE", `The body is larger than ${MAX_BYTES} bytes.`, {
    fix: "Send fewer rows in one request.",
  });
}

function tooSlow(): TeselaError {
  return new TeselaError("TIMEOUT", `The body did not come within ${TIMEOUT_MS} ms.`);
}

function broken(cause: unknown): TeselaError {
  return new TeselaError("CANCELLED", "The client went away before its body had come.", { cause });
}

function encoded(encoding: string): TeselaError {
  const found = `The body is encoded as "${encoding.slice(0, 40)}"`;
  return new TeselaError("UNSUPPORTED_MEDIA_TYPE", `${found}, expected none.`, { fix: "Send plain JSON." });
}
