import {
  ingestErrorSchema,
  isSchema,
  pathTo,
  PROBLEM_TYPE,
  problemSchema,
  routes,
  type PathParameters,
  type Route,
} from "@tesela/contract";
import { expect } from "vitest";
import type { ControlPlaneRoute } from "../http/call.ts";

/** What a test sends besides the path. */
export interface Sent {
  /** `null`: without a key. */
  readonly key?: string | null;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON, but for bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What came back; `body` is the JSON or the text. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Calls operations of a server; every answer is checked against the schema that the contract gives for it. */
export class Client {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async call<N extends ControlPlaneRoute>(
    name: N,
    parameters: PathParameters<N>,
    sent: Sent = {},
  ): Promise<Answer> {
    const route: Route = routes[name];
    const answer = await this.send(route.method, pathTo(name, parameters), sent);
    if (answer.status === route.status && isSchema(route.response)) {
      expect(route.response.parse(answer.body)).toEqual(answer.body);
    }
    return answer;
  }

  /** Any request; every error must be a problem body that shows nothing of the inside. */
  async send(
    method: string,
    path: string,
    { key = this.#key, query, body, headers, signal }: Sent = {},
  ): Promise<Answer> {
    const isBytes = body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await fetch(`${this.#url}${path}?${new URLSearchParams(query).toString()}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : {
            body: isBytes ? (body as Uint8Array<ArrayBuffer> | ReadableStream) : JSON.stringify(body),
            duplex: "half",
          }),
      ...(signal === undefined ? {} : { signal }),
    });
    return checked(response);
  }
}

async function checked(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  expect(headers.get("x-request-id")).toMatch(/^\S+$/);
  expect(text).not.toMatch(/node_modules|\.ts:\d+/);
  const body: unknown = headers.get("content-type")?.includes("json") === true ? JSON.parse(text) : text;
  if (status >= 400) {
    expect(headers.get("content-type")).toContain(PROBLEM_TYPE);
    const isIngest = new URL(response.url).pathname === routes.pushRows.path;
    const schema = isIngest ? ingestErrorSchema : problemSchema;
    expect(schema.parse(body)).toMatchObject({ status, requestId: headers.get("x-request-id") });
  }
  return { status, headers, body };
}
