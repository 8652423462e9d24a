import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach } from "vitest";
import { connect, TeselaError, type Workspace } from "../../index.ts";

/** The key that the tests connect with. */
export const KEY = "secret-key-123";

/** Retries without waiting. */
export const FAST_RETRY = { attempts: 3, baseDelayMs: 1, maxDelayMs: 2 };

/** A request as it came. */
export interface Received {
  /** `METHOD /path?query`. */
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** JSON with its status, bytes, no answer at all, or a connection that breaks. */
export type Answer =
  { readonly status?: number; readonly json: unknown } | { readonly bytes: Uint8Array } | "hang" | "drop";

/** A server that speaks the contract as a test tells it to, and a client of it. */
export class ProtocolServer {
  readonly received: Received[] = [];
  connections = 0;
  readonly #handlers = new Map<string, () => Answer>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async start(): Promise<void> {
    this.#server.on("connection", () => this.connections++);
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get workspace(): Workspace {
    return connect({ url: this.url, apiKey: KEY, retry: FAST_RETRY, timeoutMs: 5_000 }).getWorkspace("prod");
  }

  /** Answers `METHOD /path` (without the query) with each of some answers in turn; the last one repeats. */
  on(line: string, ...answers: readonly Answer[]): void {
    let next = 0;
    this.answer(line, () => answers[Math.min(next++, answers.length - 1)] ?? "hang");
  }

  answer(line: string, handler: () => Answer): void {
    this.#handlers.set(line, handler);
  }

  /** The JSON of the last request of a line. */
  bodyOf(line: string): unknown {
    const text = this.received.findLast((request) => request.line === line)?.body.toString() ?? "null";
    return JSON.parse(text) as unknown;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${request.url}`;
    this.received.push({ line, headers: request.headers, body: Buffer.concat(chunks) });
    const handler = this.#handlers.get(line.replace(/\?.*$/, ""));
    reply(response, handler?.() ?? { status: 404, json: problem("NOT_FOUND", 404, `There is no ${line}.`) });
  }
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === "hang") return;
  if (answer === "drop") {
    response.destroy();
  } else if ("bytes" in answer) {
    response.writeHead(200, { "content-length": answer.bytes.length }).end(answer.bytes);
  } else {
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
    response.end(typeof answer.json === "string" ? answer.json : JSON.stringify(answer.json));
  }
}

/** The body of an error. */
export function problem(code: string, status: number, detail: string, more: object = {}): object {
  return { type: "urn:x", title: code, status, code, detail, requestId: "r-1", ...more };
}

/** The error that a call must end with. */
export async function failure(promise: Promise<unknown>): Promise<TeselaError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TeselaError) return error;
  throw new Error(`expected a TeselaError, found ${inspect(error)}`);
}

/** A fresh server for each test of a file. */
export function protocolServer(): { readonly current: ProtocolServer } {
  const holder = { current: new ProtocolServer() };
  beforeEach(async () => {
    holder.current = new ProtocolServer();
    await holder.current.start();
  });
  afterEach(() => holder.current.stop());
  return holder;
}
