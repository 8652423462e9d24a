import {
  isSchema,
  pathTo,
  routes,
  type PathParameters,
  type ResponseOf,
  type RouteName,
} from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import { create, isAxiosError, type AxiosAdapter, type AxiosInstance, type AxiosRequestConfig } from "axios";
import { errorOfRequest } from "./http-error.ts";
import { cancelled, READ_RETRY, withRetry, type RetryOptions } from "./retry.ts";

/** How to reach a platform. */
export interface ConnectOptions {
  /** Such as `http://localhost:8080`. */
  readonly url: string;
  readonly apiKey: string;
  /** How long a request may take besides what the server is asked to wait; 30 seconds unless told. */
  readonly timeoutMs?: number | undefined;
  /** How reads are retried: three attempts unless told. */
  readonly retry?: RetryOptions | undefined;
  /** Another transport of axios. */
  readonly adapter?: AxiosAdapter | "http" | "fetch" | "xhr" | undefined;
}

/** What every call accepts. */
export interface CallOptions {
  /** Aborting it makes the call fail with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
}

/** The parts of one request. */
export interface HttpRequest extends CallOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly contentLength?: number;
  readonly responseType?: "json" | "arraybuffer" | "stream";
  /** How much longer than usual it may take; `Infinity` for files. */
  readonly extraMs?: number;
  /** Overrides how a read is retried. */
  readonly retry?: RetryOptions;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Sends the operations of the contract. It never shows its key: not in errors, nor when it is printed. */
export class Http {
  readonly #axios: AxiosInstance;
  readonly #origin: string;
  readonly #timeoutMs: number;
  readonly #retry: RetryOptions;

  constructor(options: ConnectOptions) {
    const url = parseUrl(options.url);
    this.#origin = url.origin;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#retry = options.retry ?? READ_RETRY;
    this.#axios = create({
      baseURL: url.origin + url.pathname.replace(/\/+$/, ""),
      headers: { Authorization: `Bearer ${checkKey(options.apiKey)}` },
      // A redirect would make the transport keep a whole upload in memory, and could take the key elsewhere.
      maxRedirects: 0,
      maxBodyLength: Number.POSITIVE_INFINITY,
      maxContentLength: Number.POSITIVE_INFINITY,
      ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
    });
  }

  /** Calls an operation that answers JSON; idempotent reads are tried again after errors that may pass. */
  async call<N extends RouteName>(
    name: N,
    parameters: PathParameters<N>,
    request: HttpRequest = {},
  ): Promise<ResponseOf<N>> {
    const body = await this.send(name, parameters, request);
    if (hasShape(name, body)) return body;
    throw new TeselaError("INTERNAL", `${this.#origin} answered ${name} with something else than agreed.`, {
      fix: "Check that the address is that of a Tesela server of this version.",
    });
  }

  /** Calls an operation and gives its body as it came. */
  async send<N extends RouteName>(
    name: N,
    parameters: PathParameters<N>,
    request: HttpRequest,
  ): Promise<unknown> {
    const config = this.#config(name, parameters, request);
    const once = (): Promise<unknown> => this.#once(config, request.signal);
    return isRead(name) ? withRetry(once, request.retry ?? this.#retry, request.signal) : once();
  }

  async #once(config: AxiosRequestConfig, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      return (await this.#axios.request<unknown>(config)).data;
    } catch (error) {
      if (signal?.aborted === true && isAxiosError(error)) throw cancelled(signal);
      throw await errorOfRequest(error, this.#origin);
    }
  }

  #config<N extends RouteName>(
    name: N,
    parameters: PathParameters<N>,
    request: HttpRequest,
  ): AxiosRequestConfig {
    const timeout = this.#timeoutMs + (request.extraMs ?? 0);
    return {
      method: routes[name].method,
      url: pathTo(name, parameters),
      responseType: request.responseType ?? "json",
      timeout: Number.isFinite(timeout) ? timeout : 0,
      headers: headersOf(request),
      ...(request.query === undefined ? {} : { params: request.query }),
      ...(request.body === undefined ? {} : { data: request.body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    };
  }
}

/** Reads that are a POST for their body. */
const POSTED_READS: readonly RouteName[] = [
  "getOnlineFeatures",
  "getOnlineVectors",
  "getServiceVectors",
  "queryOnlineVectors",
  "queryServiceVectors",
];

/** Whether doing it again changes nothing. */
function isRead(name: RouteName): boolean {
  return routes[name].method === "get" || POSTED_READS.includes(name);
}

function headersOf({ contentType, contentLength }: HttpRequest): Record<string, string> {
  return {
    ...(contentType === undefined ? {} : { "Content-Type": contentType }),
    ...(contentLength === undefined ? {} : { "Content-Length": String(contentLength) }),
  };
}

/** Newer servers may answer with more fields than this version knows, so only what is needed is looked for. */
function hasShape<N extends RouteName>(name: N, body: unknown): body is ResponseOf<N> {
  const { response } = routes[name];
  if (typeof body !== "object" || body === null || !isSchema(response)) return false;
  return !("shape" in response) || Object.keys(response.shape).every((field) => field in body);
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new TeselaError("VALIDATION", "The url to connect to is no http address.", {
    fix: 'Write it as "http://localhost:8080".',
  });
}

function checkKey(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new TeselaError("VALIDATION", "The API key is empty or holds characters that no key has.");
}
