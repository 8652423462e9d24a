import fc from "fast-check";
import { expect, test } from "vitest";
import { ReplyError, ReplyParser, type Reply } from "./reply-parser.ts";

/** What is parsed of pieces: replies, and pushes behind a mark. */
function parsed(pieces: readonly Buffer[]): readonly unknown[] {
  const seen: unknown[] = [];
  const parser = new ReplyParser({
    onReply: (reply) => seen.push(shown(reply)),
    onPush: (push) => seen.push(["pushed", shown(push)]),
  });
  for (const piece of pieces) parser.write(Buffer.from(piece));
  return seen;
}

/** Bytes as text, so that parts of pieces compare with copies. */
function shown(reply: Reply): unknown {
  if (Buffer.isBuffer(reply)) return `bytes ${reply.toString("hex")}`;
  if (reply instanceof ReplyError) return `error ${reply.message}`;
  return Array.isArray(reply) ? (reply as readonly Reply[]).map(shown) : reply;
}

const bytes = (value: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from("\r\n")]);

interface Case {
  readonly sent: Buffer;
  readonly seen: unknown;
}

const value: fc.Arbitrary<Case> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((array) => {
    const buffer = Buffer.from(array);
    return { sent: bytes(buffer), seen: shown(buffer) };
  }),
  fc.constantFrom("_\r\n", "$-1\r\n").map((sent) => ({ sent: Buffer.from(sent), seen: null as unknown })),
  fc.integer().map((number) => ({ sent: Buffer.from(`:${number}\r\n`), seen: number as unknown })),
);
const list: fc.Arbitrary<Case> = fc.array(value, { maxLength: 12 }).map((items) => ({
  sent: Buffer.concat([Buffer.from(`*${items.length}\r\n`), ...items.map(({ sent }) => sent)]),
  seen: items.map(({ seen }) => seen),
}));
const single = (sent: string, seen: unknown): Case => ({ sent: Buffer.from(sent), seen });
const frame: fc.Arbitrary<Case> = fc.oneof(
  { weight: 4, arbitrary: list },
  value,
  fc.constantFrom(
    single("+OK\r\n", "OK"),
    single("-ERR no such thing\r\n", "error ERR no such thing"),
    single("%1\r\n+proto\r\n:3\r\n", ["proto", 3]),
    single(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n", [
      "pushed",
      [shown(Buffer.from("invalidate")), [shown(Buffer.from("a"))]],
    ]),
    single(">2\r\n$10\r\ninvalidate\r\n_\r\n", ["pushed", [shown(Buffer.from("invalidate")), null]]),
  ),
);

test("what a server sends is understood wherever it is cut into pieces", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 8 }), (frames, places) => {
      const whole = Buffer.concat(frames.map(({ sent }) => sent));
      const cuts = places.map((place) => place % (whole.length + 1)).toSorted((a, b) => a - b);
      const pieces = [0, ...cuts].map((start, index) => whole.subarray(start, cuts[index] ?? whole.length));
      expect(parsed(pieces)).toEqual(frames.map(({ seen }) => seen));
    }),
  );
});

test("and byte by byte", () => {
  const whole = Buffer.from("*2\r\n$3\r\na\r\n\r\n_\r\n>2\r\n$10\r\ninvalidate\r\n*0\r\n+OK\r\n");
  const expected = [
    [shown(Buffer.from("a\r\n")), null],
    ["pushed", [shown(Buffer.from("invalidate")), []]],
    "OK",
  ];
  expect(parsed([...whole].map((byte) => Buffer.of(byte)))).toEqual(expected);
});

test("bytes are parts of what came, not copies", () => {
  const piece = bytes(Buffer.from("abc"));
  new ReplyParser({
    onReply: (reply) => expect((reply as Buffer).buffer).toBe(piece.buffer),
    onPush: () => expect.unreachable(),
  }).write(piece);
});

test("what is no reply to a read is refused", () => {
  expect(() => parsed([Buffer.from("(123\r\n")])).toThrow("type 40");
});
