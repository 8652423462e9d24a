import { once } from "node:events";
import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import ipaddr from "ipaddr.js";
import { checkedLookup, mayConnect } from "./checked-lookup.ts";
import { hostOf, type AddressRange } from "./settings.ts";

/** One try to bring a body to a webhook. */
export interface Sending {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowed: readonly AddressRange[];
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;

/** Sends by POST; gives `null` when the answer is 2xx, else why it did not arrive. Redirects are not followed. */
export async function send(sending: Sending): Promise<string | null> {
  const host = hostOf(sending.url);
  // Node looks up names alone: an address in the URL would never be checked.
  if (ipaddr.isValid(host) && !mayConnect(host, sending.allowed)) return `${host} is not public`;
  try {
    const status = await statusOf(sending);
    return status >= 200 && status < 300 ? null : `HTTP ${status}`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The status alone is read: what the body says interests nobody and could be endless. */
async function statusOf(sending: Sending): Promise<number> {
  const signal = AbortSignal.any([sending.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const request = open(sending, signal);
  request.end(sending.body);
  const [response] = (await once(request, "response", { signal })) as [IncomingMessage];
  // What still comes, or breaks, after the answer is of no interest.
  response.on("error", () => {});
  request.on("error", () => {});
  response.destroy();
  return response.statusCode ?? 0;
}

function open({ url, headers, body, allowed }: Sending, signal: AbortSignal): ClientRequest {
  const length = String(Buffer.byteLength(body));
  const options = {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "content-length": length },
    agent: false,
    lookup: checkedLookup(allowed),
    signal,
  } as const;
  return url.protocol === "https:" ? requestHttps(url, options) : requestHttp(url, options);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if (error.name === "AbortError" || error.name === "TimeoutError") return "no answer in time";
  return "code" in error && typeof error.code === "string"
    ? `${error.code}: ${error.message}`
    : error.message;
}
