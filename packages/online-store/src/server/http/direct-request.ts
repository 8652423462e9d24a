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
/** Bytes of a body that is waited for. */
const MOST_BODY_BYTES = 65_536;
const HEAD_END = "\r\n\r\n";

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
   * The request that a piece of bytes is: all of it, and nothing behind it, in the plainest form of HTTP/1.1; "more"
   * where the rest of a small body has to come yet. `null` for anything else, which is Node's to read or to refuse:
   * what is taken here means the same there.
   */
  read(piece: Buffer): DirectRequest | "more" | null {
    const head = this.#beginsAsLast(piece) ? this.#last : headOf(piece);
    if (head === null) return null;
    this.#last = head;
    const { bytes, bodyBytes, request } = head;
    const missing = bytes.length + bodyBytes - piece.length;
    if (missing > 0) return bodyBytes <= MOST_BODY_BYTES ? "more" : null;
    return missing < 0 ? null : { ...request, body: piece.subarray(bytes.length) };
  }

  #beginsAsLast(piece: Buffer): boolean {
    if (this.#last === null) return false;
    const { bytes } = this.#last;
    return piece.length >= bytes.length && bytes.compare(piece, 0, bytes.length) === 0;
  }
}

function headOf(piece: Buffer): Head | null {
  const end = piece.indexOf(HEAD_END);
  if (end < 0 || end > MOST_HEAD_BYTES || !hasPlainLines(piece, end)) return null;
  const lines = piece.toString("latin1", 0, end).split("\r\n");
  const [, method, url] = FIRST_LINE.exec(lines[0]!) ?? [];
  const match = hotMatch(method, url);
  const headers = match === null ? null : headersOf(lines);
  if (match === null || headers === null || !isPlain(headers)) return null;
  const request = {
    match,
    authorization: headers.get("authorization"),
    givenId: headers.get("x-request-id"),
  };
  // A copy: what a piece is part of may be much larger.
  const bytes = Buffer.from(piece.subarray(0, end + HEAD_END.length));
  return { bytes, bodyBytes: Number(headers.get("content-length")), request };
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

/** Whether a body of a known length follows, and the connection is to be kept. */
function isPlain(headers: Headers): boolean {
  const connection = headers.get("connection") ?? "keep-alive";
  const isKept = connection.toLowerCase() === "keep-alive";
  return isKept && headers.has("host") && LENGTH.test(headers.get("content-length") ?? "");
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
