import { hotMatch, type HotMatch } from "../hot-routes.ts";

/** A request of a hot route, as it stands in the bytes that came in one piece. */
export interface DirectRequest {
  readonly match: HotMatch;
  readonly authorization: string | undefined;
  readonly givenId: string | undefined;
  readonly body: Buffer;
}

/** Bytes before the body at most. */
const MOST_HEAD_BYTES = 8_192;
const HEAD_END = "\r\n\r\n";
const HEAD_END_BYTES = HEAD_END.length;

const FIRST_LINE = /^(POST) (\/[!-~]*) HTTP\/1\.1$/;
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const LENGTH = /^\d{1,7}$/;

/** Headers that say how a request is read. Of these, and of no others, the value matters; each stands at most once. */
const READ = new Set(["host", "content-length", "authorization", "x-request-id", "connection"]);
/** Headers that make a request another than what is read here. */
const OTHER = new Set([
  "transfer-encoding",
  "content-encoding",
  "expect",
  "upgrade",
  "http2-settings",
  "trailer",
  "te",
  "keep-alive",
  "proxy-connection",
]);

/** What a piece of bytes begins with. */
interface Head {
  readonly bytes: Buffer;
  readonly bodyBytes: number;
  readonly request: Omit<DirectRequest, "body">;
}

/** Reads the requests of one connection, whose heads are mostly all the same: one that is the last one's is not read anew. */
export class DirectReader {
  #last: Head | null = null;

  /**
   * The request that a piece of bytes is: all of it, and nothing behind it, in the plainest form of HTTP/1.1. `null` for
   * anything else, which is Node's to read or to refuse: what is taken here means the same there.
   */
  read(piece: Buffer): DirectRequest | null {
    const head = this.#isLast(piece) ? this.#last : headOf(piece);
    if (head === null) return null;
    this.#last = head;
    return { ...head.request, body: piece.subarray(head.bytes.length) };
  }

  #isLast(piece: Buffer): boolean {
    if (this.#last === null) return false;
    const { bytes, bodyBytes } = this.#last;
    return piece.length === bytes.length + bodyBytes && bytes.compare(piece, 0, bytes.length) === 0;
  }
}

function headOf(piece: Buffer): Head | null {
  const end = piece.indexOf(HEAD_END);
  if (end < 0 || end > MOST_HEAD_BYTES || !hasPlainLines(piece, end)) return null;
  const lines = piece.toString("latin1", 0, end).split("\r\n");
  const [, method, url] = FIRST_LINE.exec(lines[0]!) ?? [];
  const match = hotMatch(method, url);
  if (match === null) return null;
  const headers = headersOf(lines);
  const bodyBytes = piece.length - end - HEAD_END_BYTES;
  if (headers === null || !isWhole(headers, bodyBytes)) return null;
  const request = {
    match,
    authorization: headers.get("authorization"),
    givenId: headers.get("x-request-id"),
  };
  // A copy: what a piece is part of may be much larger.
  return { bytes: Buffer.from(piece.subarray(0, end + HEAD_END_BYTES)), bodyBytes, request };
}

const [RETURN, FEED, SPACE, TILDE] = [0x0d, 0x0a, 0x20, 0x7e];

/** Whether a head is lines of printable ASCII: anything else is looked at by Node. */
function hasPlainLines(bytes: Uint8Array, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= SPACE && byte <= TILDE) continue;
    if (byte !== RETURN || bytes[at + 1] !== FEED) return false;
    at += 1;
  }
  return true;
}

type Headers = ReadonlyMap<string, string>;

function isWhole(headers: Headers, bodyBytes: number): boolean {
  const length = headers.get("content-length") ?? "";
  const connection = headers.get("connection") ?? "keep-alive";
  const isKept = connection.toLowerCase() === "keep-alive";
  return isKept && headers.has("host") && LENGTH.test(length) && Number(length) === bodyBytes;
}

/** The headers that are read, from the second line on; `null` where one says what is not dealt with here. */
function headersOf(lines: readonly string[]): Headers | null {
  const headers = new Map<string, string>();
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at]!;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || !NAME.test(name) || OTHER.has(name)) return null;
    if (!READ.has(name)) continue;
    if (headers.has(name)) return null;
    headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}
