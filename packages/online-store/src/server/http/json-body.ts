import { isAscii, isUtf8 } from "node:buffer";
import { TeselaError } from "@tesela/core";

const DEEPEST = 16;

/**
 * Parses a JSON body, which is refused before that where it is nested too deeply or no UTF-8: it would come out as
 * another text, and so as another key. Throws `VALIDATION`.
 */
export function parseJson(bytes: Buffer): unknown {
  const isPlain = isAscii(bytes);
  if (!isPlain && !isUtf8(bytes)) throw notJson("it is no UTF-8");
  if (isTooDeep(bytes)) throw notJson(`it is nested deeper than ${DEEPEST} levels`);
  try {
    return JSON.parse(bytes.toString(isPlain ? "latin1" : "utf8"));
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
