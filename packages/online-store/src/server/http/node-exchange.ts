import type { IncomingMessage, ServerResponse } from "node:http";
import { TeselaError } from "@tesela/core";
import { SharedTimer } from "../../store/shared-timer.ts";
import { MAX_BODY_BYTES, type HotExchange } from "./exchange.ts";

/** How long a client may take to send a body. */
const TIMEOUT_MS = 10_000;

const timer = new SharedTimer();

/** An exchange that Node's HTTP server has read. */
export class NodeExchange implements HotExchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  get authorization(): string | undefined {
    return this.#request.headers.authorization;
  }

  get givenId(): string | undefined {
    const given = this.#request.headers["x-request-id"];
    return typeof given === "string" ? given : undefined;
  }

  get address(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  /** Bounded in size and time, and refused by its headers before it comes. */
  async body(): Promise<Buffer> {
    const encoding = this.#request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") throw encoded(encoding);
    if (Number(this.#request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
    return readBytes(this.#request);
  }

  send(status: number, headers: Readonly<Record<string, string>>, text: string): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    this.#response.writeHead(status, {
      ...headers,
      "content-length": Buffer.byteLength(text),
      // What of the body has not been read would be taken for the next request.
      ...(this.#request.complete ? {} : { connection: "close" }),
    });
    this.#response.end(text);
  }
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
    if (size > MAX_BODY_BYTES) return fail(tooLarge());
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

function tooLarge(): TeselaError {
  return new TeselaError("TOO_LARGE", `The body is larger than ${MAX_BODY_BYTES} bytes.`, {
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
