import { MOST_NUMBER_BYTES, writeAscii, writeNumber } from "./number-bytes.ts";

/** A JSON text that is ready to be sent. */
export interface PrintedJson {
  readonly text: string;
  /** What the text is written in: its bytes are as many as `length` then. */
  readonly encoding: "latin1" | "utf8";
  readonly length: number;
}

/**
 * Prints plain data as `JSON.stringify` does, several times as fast where they are mostly numbers: an answer of a
 * hundred vectors is printed in the time that decoding them takes.
 */
export function printJson(value: unknown): PrintedJson {
  shared.clear();
  shared.value(value);
  return shared.finish();
}

const FIRST_BYTES = 1 << 12;
const MOST_KEPT_BYTES = 1 << 20;
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [SPACE, DELETE] = [0x20, 0x7f];

class JsonPrinter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #at = 0;
  #isAscii = true;

  /** Begins anew, in the same array unless that has become large. */
  clear(): void {
    this.#at = 0;
    this.#isAscii = true;
    if (this.#bytes.length > MOST_KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  finish(): PrintedJson {
    const length = this.#at;
    const encoding = this.#isAscii ? "latin1" : "utf8";
    return { text: this.#bytes.toString(encoding, 0, length), encoding, length };
  }

  value(value: unknown): void {
    if (typeof value === "number" && Number.isFinite(value)) return this.#number(value);
    if (typeof value === "string") return this.#string(value);
    if (typeof value === "boolean") return this.#ascii(value ? "true" : "false");
    if (typeof value !== "object" || value === null) return this.#ascii("null");
    if (Array.isArray(value)) this.#list(value);
    else this.#object(value as Readonly<Record<string, unknown>>);
  }

  #number(value: number): void {
    this.#makeRoom(MOST_NUMBER_BYTES);
    this.#at = writeNumber(this.#bytes, this.#at, value);
  }

  #list(values: readonly unknown[]): void {
    this.#byte(OPEN_LIST);
    for (let index = 0; index < values.length; index++) {
      if (index > 0) this.#byte(COMMA);
      this.value(values[index]);
    }
    this.#byte(CLOSE_LIST);
  }

  #object(fields: Readonly<Record<string, unknown>>): void {
    this.#byte(OPEN_OBJECT);
    let isFirst = true;
    for (const name in fields) {
      const value = fields[name];
      if (value === undefined) continue;
      if (!isFirst) this.#byte(COMMA);
      isFirst = false;
      this.#string(name);
      this.#byte(COLON);
      this.value(value);
    }
    this.#byte(CLOSE_OBJECT);
  }

  #byte(byte: number): void {
    if (this.#at === this.#bytes.length) this.#makeRoom(1);
    this.#bytes[this.#at++] = byte;
  }

  #string(text: string): void {
    if (!isPlain(text)) return this.#quoted(text);
    this.#makeRoom(text.length + 2);
    this.#bytes[this.#at] = QUOTE;
    const end = writeAscii(this.#bytes, this.#at + 1, text);
    this.#bytes[end] = QUOTE;
    this.#at = end + 1;
  }

  /** Text with something to escape, or that is more than ASCII. */
  #quoted(text: string): void {
    const quoted = JSON.stringify(text);
    this.#makeRoom(Buffer.byteLength(quoted));
    const size = this.#bytes.write(quoted, this.#at, "utf8");
    this.#isAscii &&= size === quoted.length;
    this.#at += size;
  }

  #ascii(text: string): void {
    this.#makeRoom(text.length);
    this.#at = writeAscii(this.#bytes, this.#at, text);
  }

  #makeRoom(size: number): void {
    const { length } = this.#bytes;
    if (this.#at + size <= length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#at + size, 2 * length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Whether a text stands in JSON as it is, a byte for each of its characters. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < SPACE || code >= DELETE || code === QUOTE || code === BACKSLASH) return false;
  }
  return true;
}

const shared = new JsonPrinter();
