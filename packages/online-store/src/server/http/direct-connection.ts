import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { DirectReader, type DirectRequest } from "./direct-request.ts";
import type { HotExchange } from "./exchange.ts";

/** Who a connection belongs to. */
export interface DirectOwner {
  /** Whether new requests are wanted on it; where not, the answer closes it. */
  readonly isOpen: () => boolean;
  readonly answer: (request: DirectRequest, exchange: HotExchange) => void;
  /** Node's HTTP server takes the connection from here on. */
  readonly handOver: (socket: Socket) => void;
  readonly onClose: () => void;
}

/** How long a client is told that a connection is kept without a request, as Node keeps its own. */
const KEPT_SECONDS = 5;
/** A little longer: what a client sends at the last moment is still read. */
const KEPT_MS = 1_000 * (KEPT_SECONDS + 1);

/** Clients send a head, then its body; who sends smaller pieces is not waited for here. */
const MOST_PIECES = 4;

/**
 * A connection whose requests are read from its bytes as long as each is one plain request of a hot route; the first
 * that is not goes to Node's HTTP server, and the connection with it, for good.
 */
export class DirectConnection {
  readonly #socket: Socket;
  readonly #owner: DirectOwner;
  readonly #reader = new DirectReader();
  #isAnswering = false;
  #hasEnded = false;
  /** The pieces of a request that has not come whole. */
  #pieces: Buffer[] = [];
  /** What came while a request was being answered. */
  #next: Buffer | null = null;

  constructor(socket: Socket, owner: DirectOwner) {
    this.#socket = socket;
    this.#owner = owner;
    socket.setNoDelay(true);
    socket.setTimeout(KEPT_MS);
    socket.on("data", this.#onData).on("end", this.#onEnd).on("timeout", this.#onTimeout);
    socket.on("error", this.#onError).on("close", owner.onClose);
  }

  /** Closes it unless a request is coming or being answered. */
  closeIdle(): void {
    if (!this.#isAnswering && this.#pieces.length === 0) this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  readonly #onData = (piece: Buffer): void => {
    if (this.#isAnswering) {
      this.#next = this.#next === null ? piece : Buffer.concat([this.#next, piece]);
      this.#socket.pause();
      return;
    }
    this.#pieces.push(piece);
    const bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    const request = this.#reader.read(bytes);
    if (request === "more" && this.#pieces.length < MOST_PIECES) return;
    this.#pieces = [];
    if (request === null || request === "more") return this.#handOver(bytes);
    this.#isAnswering = true;
    this.#owner.answer(request, this.#exchangeOf(request));
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    if (!this.#isAnswering) this.#socket.end();
  };

  readonly #onTimeout = (): void => {
    if (this.#pieces.length > 0) return this.#handOver(Buffer.concat(this.#pieces.splice(0)));
    // Who takes nothing of its answer for so long has gone.
    if (!this.#isAnswering || this.#socket.writableLength > 0) this.#socket.destroy();
  };

  /** It closes by itself then. */
  readonly #onError = (): void => undefined;

  #exchangeOf({ authorization, givenId, body }: DirectRequest): HotExchange {
    return {
      authorization,
      givenId,
      address: this.#socket.remoteAddress,
      body: () => body,
      send: (status, headers, text) => this.#send(status, headers, text),
    };
  }

  #send(status: number, headers: Readonly<Record<string, string>>, text: string): void {
    if (!this.#socket.writable) return;
    const isLast = this.#hasEnded || !this.#owner.isOpen();
    const length = Buffer.byteLength(text);
    const head = headOf(status, headers, length, isLast);
    // What is ASCII only need not be looked at again on its way out.
    const isTaken = this.#socket.write(head + text, length === text.length ? "latin1" : "utf8");
    if (isLast) this.#socket.end();
    else if (isTaken) this.#goOn();
    else this.#waitForReader();
  }

  /** Who does not read its answers is not read either. */
  #waitForReader(): void {
    this.#socket.pause();
    this.#socket.once("drain", () => this.#goOn());
  }

  #goOn(): void {
    this.#isAnswering = false;
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.#handOver(next);
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #handOver(piece: Buffer): void {
    const socket = this.#socket;
    socket.pause();
    socket.off("data", this.#onData).off("end", this.#onEnd).off("timeout", this.#onTimeout);
    socket.off("error", this.#onError).off("close", this.#owner.onClose);
    socket.setTimeout(0);
    this.#owner.onClose();
    socket.unshift(piece);
    this.#owner.handOver(socket);
    socket.resume();
  }
}

function headOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  length: number,
  isLast: boolean,
): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]!}\r\n`;
  const connection = isLast ? "close" : `keep-alive\r\nKeep-Alive: timeout=${KEPT_SECONDS}`;
  return `${head}content-length: ${length}\r\nDate: ${dateNow()}\r\nConnection: ${connection}\r\n\r\n`;
}

let date = { second: 0, text: "" };

/** The date of an answer is told in seconds. */
function dateNow(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== date.second) date = { second, text: new Date(second * 1_000).toUTCString() };
  return date.text;
}
