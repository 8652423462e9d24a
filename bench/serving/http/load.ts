import { connect, type Socket } from "node:net";

/** A request as its bytes, and the body that has to be answered; `null` where it is not known yet. */
export interface Exchange {
  readonly request: Buffer;
  readonly expected: Buffer | null;
}

/** Sockets that are kept open; each has one request under way. */
export class Load implements Disposable {
  readonly #sockets: readonly Socket[];

  constructor(port: number, connections: number) {
    this.#sockets = Array.from({ length: connections }, () =>
      connect({ port, host: "127.0.0.1", noDelay: true }),
    );
  }

  /** Sends so many requests, by turns of the exchanges; throws where an answer is another than the expected one. */
  async run(exchanges: readonly Exchange[], requests: number): Promise<void> {
    let sent = 0;
    const next = (): Exchange | null => (sent < requests ? exchanges[sent++ % exchanges.length]! : null);
    await Promise.all(
      this.#sockets.map(async (socket) => {
        for (let one = next(); one !== null; one = next()) {
          const body = await ask(socket, one.request);
          if (one.expected?.equals(body) === false) throw new Error(`another answer: ${String(body)}`);
        }
      }),
    );
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The answer to one request. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** The body of the answer to one request; throws unless that is 200. */
export async function ask(socket: Socket, request: Buffer): Promise<Buffer> {
  const { status, body } = await exchange(socket, request);
  if (status !== 200) throw new Error(`${status}: ${String(body)}`);
  return body;
}

/** Sends a request on a connection that has none under way. */
export function exchange(socket: Socket, request: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let got: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      got = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
      const answer = answerOf(got);
      if (answer === null) return;
      socket.off("data", onData).off("error", reject);
      resolve(answer);
    };
    socket.on("data", onData).once("error", reject);
    socket.write(request);
  });
}

/** `null` while something is still to come. */
function answerOf(bytes: Buffer): Answer | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const head = bytes.toString("latin1", 0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  if (bytes.length < end + 4 + length) return null;
  return { status: Number(head.split(" ", 2)[1]), body: bytes.subarray(end + 4) };
}

/** A POST of a JSON body on a connection that is kept. */
export function requestOf(path: string, key: string, body: object): Buffer {
  const text = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    `authorization: Tecton-key ${key}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${text}`);
}
