import { errorOfProblem, type ProblemBody } from "@tesela/contract";
import { isErrorCode, TeselaError, type ErrorCode } from "@tesela/core";
import { isAxiosError, type AxiosError } from "axios";

/** What a status means where the body is no problem of ours, as a proxy's page is not. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  401: "UNAUTHENTICATED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  413: "TOO_LARGE",
  429: "RATE_LIMITED",
  504: "TIMEOUT",
};

/**
 * The error of a failed request: what the server said, else what the status or the network failure means. It
 * never holds the request, whose headers hold the key.
 */
export async function errorOfRequest(thrown: unknown, origin: string): Promise<unknown> {
  if (!isAxiosError(thrown)) return thrown;
  if (thrown.response === undefined) return networkError(thrown, origin);
  const body = await readBody(thrown.response.data);
  return isProblem(body) ? errorOfProblem(body) : statusError(thrown.response.status, origin);
}

function networkError({ code, message }: AxiosError, origin: string): TeselaError {
  const cause = new Error(`${code ?? "unknown"}: ${message}`);
  if (code === "ECONNABORTED" || code === "ETIMEDOUT") {
    return new TeselaError("TIMEOUT", `${origin} did not answer in time.`, { cause });
  }
  return new TeselaError("UNAVAILABLE", `${origin} cannot be reached (${code ?? "unknown"}).`, {
    fix: "Check the address, and that the server runs.",
    cause,
  });
}

function statusError(status: number, origin: string): TeselaError {
  const code = codeOfStatus[status] ?? (status >= 500 ? "UNAVAILABLE" : "INTERNAL");
  return new TeselaError(code, `${origin} answered with status ${status} and no reason.`, {
    fix: "Check that the address is that of a Tesela server.",
    details: { status },
  });
}

function isProblem(body: unknown): body is ProblemBody {
  if (typeof body !== "object" || body === null) return false;
  return "code" in body && isErrorCode(body.code) && "detail" in body && typeof body.detail === "string";
}

/** The JSON of a body that came as text, bytes or a stream, as it does where a file was asked for. */
async function readBody(data: unknown): Promise<unknown> {
  if (typeof data === "string") return parseJson(data);
  if (data instanceof ArrayBuffer) return parseJson(new TextDecoder().decode(data));
  return isByteStream(data) ? parseJson(await readText(data)) : data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function isByteStream(data: unknown): data is AsyncIterable<Uint8Array> {
  return typeof data === "object" && data !== null && Symbol.asyncIterator in data;
}

const LONGEST_BODY = 1_000_000;

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_BODY) return "";
  }
  return text;
}
