import type { IncomingMessage } from "node:http";
import { TeselaError } from "@tesela/core";

/** Bytes of a request body at most. */
const MAX_BYTES = 256 * 1024;
/** How long a client may take to send it. */
const TIMEOUT_MS = 10_000;

/** Reads a JSON body; bounded in size and time. Throws `TOO_LARGE`, `TIMEOUT`, `VALIDATION`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(
    () => request.destroy(new TeselaError("TIMEOUT", "The body came too slowly.")),
    TIMEOUT_MS,
  );
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new TeselaError("TOO_LARGE", `The body is larger than ${MAX_BYTES} bytes.`);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  return parseJson(Buffer.concat(chunks));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new TeselaError("VALIDATION", "The body is not JSON.");
  }
}
