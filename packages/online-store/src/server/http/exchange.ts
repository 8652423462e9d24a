/** Bytes of a request body at most. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** A request of a hot route and the way back, whoever has read it from its connection. */
export interface HotExchange {
  readonly authorization: string | undefined;
  /** The id that the client has given it. */
  readonly givenId: string | undefined;
  /** Of the client. */
  readonly address: string | undefined;
  /** The whole body; rejects with `TOO_LARGE`, `TIMEOUT`, `CANCELLED`, `UNSUPPORTED_MEDIA_TYPE`. */
  body(): Promise<Buffer> | Buffer;
  /** Sends the answer, unless the client has gone. */
  send(status: number, headers: Readonly<Record<string, string>>, text: string): void;
}
