/** What a server replied: bytes, text, a number, nothing, a list of these, or the error of one command. */
export type Reply = Buffer | string | number | null | ReplyError | readonly Reply[];

/** The error reply to a command; named as the driver names its own. */
export class ReplyError extends Error {
  override readonly name = "ReplyError";
}

/** Who is told of what was parsed. */
export interface ReplyListener {
  /** The reply to the next command. */
  readonly onReply: (reply: Reply) => void;
  /** What the server says unasked. */
  readonly onPush: (push: Reply) => void;
}

const code = (character: string): number => character.charCodeAt(0);
const [BYTES, LIST, PUSH, NUMBER] = [code("$"), code("*"), code(">"), code(":")];
const [TEXT, ERROR, NOTHING, MAP, SET] = [code("+"), code("-"), code("_"), code("%"), code("~")];
const [MINUS, ZERO, RETURN] = [code("-"), code("0"), code("\r")];
/** The length of "nothing" as it is sent. */
const NOTHING_BYTES = 3;
const EMPTY = Buffer.alloc(0);

/** Stands for a value whose end has not come yet. */
const CUT = Symbol();

/**
 * Parses what a server sends (RESP3, the part of it that replies to reads are made of), in pieces of any size. Bytes
 * are parts of the pieces, not copies. Throws for anything else: the connection is of no use then.
 */
export class ReplyParser {
  readonly #listener: ReplyListener;
  #bytes: Buffer = EMPTY;
  #at = 0;
  /** A reply's list that has begun: what there is of it, and how much is still to come. */
  #list: Reply[] | null = null;
  #left = 0;
  /** Pieces of a value that is cut, how long they are, and how long they must be before another try. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #wantedBytes = 0;

  constructor(listener: ReplyListener) {
    this.#listener = listener;
  }

  write(piece: Buffer): void {
    this.#bytes = this.#heldBytes === 0 ? piece : this.#joined(piece);
    this.#at = 0;
    const { length } = this.#bytes;
    while (this.#at < length) {
      const start = this.#at;
      if (this.#step()) continue;
      this.#hold(start);
      return;
    }
  }

  #joined(piece: Buffer): Buffer {
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    if (this.#heldBytes < this.#wantedBytes) return EMPTY;
    const whole = Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    return whole;
  }

  #hold(start: number): void {
    const rest = this.#bytes.subarray(start);
    this.#held = [rest];
    this.#heldBytes = rest.length;
    this.#wantedBytes = Math.max(this.#at - start, rest.length + 1);
  }

  /** Takes in a value, or the head of a reply's list; false if it is cut. */
  #step(): boolean {
    const type = this.#bytes[this.#at];
    if (type === LIST && this.#list === null) return this.#beginList();
    const value = this.#value();
    if (value === CUT) return false;
    if (type === PUSH) this.#listener.onPush(value);
    else if (this.#list === null) this.#listener.onReply(value);
    else this.#add(this.#list, value);
    return true;
  }

  #beginList(): boolean {
    const size = this.#size();
    if (size === CUT) return false;
    if (size <= 0) this.#listener.onReply(size === 0 ? [] : null);
    else this.#list = [];
    this.#left = size;
    return true;
  }

  #add(list: Reply[], value: Reply): void {
    list.push(value);
    if ((this.#left -= 1) > 0) return;
    this.#list = null;
    this.#listener.onReply(list);
  }

  /** The value at the place, which is behind it then. */
  #value(): Reply | typeof CUT {
    switch (this.#bytes[this.#at]!) {
      case BYTES:
        return this.#sized();
      case NOTHING:
        this.#at += NOTHING_BYTES;
        return this.#at > this.#bytes.length ? CUT : null;
      case NUMBER:
        return this.#size();
      case TEXT:
        return this.#line();
      case ERROR: {
        const message = this.#line();
        return message === CUT ? CUT : new ReplyError(message);
      }
      case LIST:
      case PUSH:
      case SET:
        return this.#items(1);
      case MAP:
        return this.#items(2);
      default:
        throw new Error(`The server sent a reply of type ${String(this.#bytes[this.#at])}.`);
    }
  }

  #sized(): Buffer | null | typeof CUT {
    const size = this.#size();
    if (size === CUT) return CUT;
    if (size < 0) return null;
    const start = this.#at;
    this.#at = start + size + 2;
    return this.#at > this.#bytes.length ? CUT : this.#bytes.subarray(start, start + size);
  }

  #items(values: number): readonly Reply[] | null | typeof CUT {
    const size = this.#size();
    if (size === CUT) return CUT;
    if (size < 0) return null;
    const items: Reply[] = [];
    while (items.length < size * values) {
      const item = this.#at < this.#bytes.length ? this.#value() : CUT;
      if (item === CUT) return CUT;
      items.push(item);
    }
    return items;
  }

  /** The whole number of a line. */
  #size(): number | typeof CUT {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at += 1;
    let size = 0;
    for (; at + 1 < bytes.length; at++) {
      const digit = bytes[at]!;
      if (digit === RETURN) {
        this.#at = at + 2;
        return isNegative ? -size : size;
      }
      size = size * 10 + digit - ZERO;
    }
    return CUT;
  }

  #line(): string | typeof CUT {
    const end = this.#bytes.indexOf("\r\n", this.#at);
    if (end < 0) return CUT;
    const line = this.#bytes.toString("utf8", this.#at + 1, end);
    this.#at = end + 2;
    return line;
  }
}
