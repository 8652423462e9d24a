import type { Redis } from "ioredis";

import { within } from "../deadline.ts";
import { CONNECT_TIMEOUT_MS } from "./client-settings.ts";
import { ReplyParser, type Reply } from "./reply-parser.ts";
import { respOf } from "./resp.ts";

/** Commands that are sent together. */
export interface Exchange {
  /** The commands as the server reads them (RESP), ASCII. */
  readonly commands: string;
  /** How many they are. */
  readonly count: number;
  /** Called once, with a reply to each command; or with nothing, as the connection was lost. */
  readonly settle: (replies: readonly Reply[] | null) => void;
}

/** Who is told when there is a connection, when it has ended, and what the server says on it unasked. */
export interface ChannelListener {
  readonly onOpen: () => void;
  readonly onClose: () => void;
  readonly onPush: (push: Reply) => void;
}

/** Those that have their replies are kept in line up to so many. */
const MOST_SETTLED = 1_024;
const PING = respOf(["PING"]);

interface Sent {
  readonly exchange: Exchange;
  readonly sentAt: number;
  readonly replies: Reply[];
}

/**
 * A connection for short reads. The driver opens it, secures it, says who we are, and opens it again when it is lost;
 * what is sent and replied is ours: the driver spends more on each command and each value of a reply than a read of a
 * few values takes.
 */
export class ReadChannel {
  readonly #client: Redis;
  #stream: Redis["stream"] | null = null;
  readonly #waiting: Sent[] = [];
  /** The place of the first that waits. */
  #first = 0;

  constructor(client: Redis) {
    this.#client = client;
    // Whoever cannot be answered here asks elsewhere, and is told there why that fails.
    client.on("error", () => undefined);
  }

  /** Takes over each connection that the driver has made ready. */
  listen({ onOpen, onClose, onPush }: ChannelListener): void {
    this.#client.on("ready", () => {
      this.#takeOver(this.#client.stream, onPush);
      onOpen();
    });
    this.#client.on("close", () => {
      this.#lose();
      onClose();
    });
  }

  /** Connects; where that fails it is tried again until `close`. */
  async open(): Promise<void> {
    if (this.#client.status === "ready") return;
    await within(this.#client.connect(), { timeoutMs: CONNECT_TIMEOUT_MS }).catch(() => undefined);
  }

  /** Lets what was sent be answered, then closes. */
  async close(): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      const ping = { commands: PING, count: 1, settle: () => resolve() };
      if (!this.send(ping, performance.now())) resolve();
    });
    await within(answered, { timeoutMs: CONNECT_TIMEOUT_MS }).catch(() => undefined);
    this.#client.disconnect();
  }

  /** False where there is no connection: nothing was sent then. */
  send(exchange: Exchange, now: number): boolean {
    const stream = this.#stream;
    if (stream === null || !stream.writable) return false;
    this.#waiting.push({ exchange, sentAt: now, replies: [] });
    stream.write(exchange.commands, "latin1");
    return true;
  }

  /** Gives a connection up on which something has waited for so long: the server may be frozen, or gone without a word. */
  giveUpAfter(silentMs: number, now: number): void {
    const oldest = this.#waiting[this.#first];
    if (oldest !== undefined && now - oldest.sentAt > silentMs) this.#stream?.destroy();
  }

  #takeOver(stream: Redis["stream"], onPush: ChannelListener["onPush"]): void {
    const parser = new ReplyParser({ onReply: (reply) => this.#onReply(reply), onPush });
    stream.removeAllListeners("data");
    stream.on("data", (piece: Buffer) => {
      try {
        parser.write(piece);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : undefined);
      }
    });
    this.#stream = stream;
  }

  #onReply(reply: Reply): void {
    const { exchange, replies } = this.#waiting[this.#first]!;
    if (replies.push(reply) < exchange.count) return;
    this.#first += 1;
    if (this.#first === this.#waiting.length) this.#clear();
    else if (this.#first === MOST_SETTLED) this.#forgetSettled();
    exchange.settle(replies);
  }

  #lose(): void {
    this.#stream = null;
    const lost = this.#waiting.slice(this.#first);
    this.#clear();
    for (const { exchange } of lost) exchange.settle(null);
  }

  #clear(): void {
    this.#waiting.length = 0;
    this.#first = 0;
  }

  #forgetSettled(): void {
    this.#waiting.splice(0, this.#first);
    this.#first = 0;
  }
}
