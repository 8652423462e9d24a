import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hotMatch } from "../hot-routes.ts";
import { DirectReader } from "./direct-request.ts";

const directRequest = (bytes: Buffer) => new DirectReader().read(bytes);
const PATH = "/api/v1/feature-service/get-features";
const plain = ["host: here", "authorization: Tecton-key tsk_a_b", "x-request-id: 7", "content-length: 2"];

const piece = (lines: readonly string[], body = "{}", first = `POST ${PATH} HTTP/1.1`): Buffer =>
  Buffer.from([first, ...lines, "", body].join("\r\n"), "latin1");

test("a plain request that came whole is read", () => {
  expect(directRequest(piece([...plain, "accept: */*", "Connection: Keep-Alive"]))).toEqual({
    match: { route: "getFeatures", path: [] },
    authorization: "Tecton-key tsk_a_b",
    givenId: "7",
    body: Buffer.from("{}"),
  });
});

test("requests of one connection are read each by its own head, whether that has changed or not", () => {
  const reader = new DirectReader();
  const idOf = (id: string, body: string): Buffer =>
    piece(["host: here", `x-request-id: ${id}`, `content-length: ${body.length}`], body);
  const read = (bytes: Buffer) => {
    const found = reader.read(bytes);
    return found === null || found === "more" ? found : [found.givenId, found.body.toString()];
  };
  expect(read(idOf("a", "[1]"))).toEqual(["a", "[1]"]);
  expect(read(idOf("a", "[2]"))).toEqual(["a", "[2]"]);
  expect(read(idOf("b", "[3]"))).toEqual(["b", "[3]"]);
  expect(read(idOf("b", "[10]"))).toEqual(["b", "[10]"]);
  expect(reader.read(idOf("b", "[10]").subarray(0, -1))).toBe("more");
  expect(reader.read(idOf("b", "").subarray(0, -4))).toBeNull();
  expect(read(Buffer.concat([idOf("b", "[10]"), Buffer.from("P")]))).toBeNull();
  expect(read(idOf("b", "[11]"))).toEqual(["b", "[11]"]);
});

test.each([
  ["another method", piece(plain, "{}", `GET ${PATH} HTTP/1.1`)],
  ["another route", piece(plain, "{}", "POST /healthz HTTP/1.1")],
  ["another version", piece(plain, "{}", `POST ${PATH} HTTP/1.0`)],
  ["an absolute address", piece(plain, "{}", `POST http://here${PATH} HTTP/1.1`)],
  ["a large body that is still to come", piece(["host: here", "content-length: 70000"], "{")],
  ["a second request behind it", piece(plain, "{}POST")],
  ["no length", piece(["host: here"])],
  ["two lengths", piece([...plain, "content-length: 2"])],
  ["a length with a sign", piece(["host: here", "content-length: +2"])],
  ["two lengths in one", piece(["host: here", "content-length: 2, 2"])],
  ["chunks", piece([...plain, "transfer-encoding: chunked"])],
  ["an encoded body", piece([...plain, "content-encoding: gzip"])],
  ["a client that waits to be asked for its body", piece([...plain, "expect: 100-continue"])],
  ["a connection that is to become another", piece([...plain, "connection: upgrade", "upgrade: h2c"])],
  ["a connection that is to be closed", piece([...plain, "connection: close"])],
  ["no host", piece(["content-length: 2"])],
  ["two keys", piece([...plain, "authorization: Bearer tsk_c_d"])],
  ["a space before the colon", piece([...plain, "content-length : 9"])],
  ["a folded line", piece([...plain, " content-length: 9"])],
  ["a line without a name", piece([...plain, ": 9"])],
  ["a bare line feed", piece([...plain, "x: y\ncontent-length: 9"])],
  ["a bare carriage return", piece([...plain, "x: y\rz"])],
  ["a character that is not ASCII", piece([...plain, "x: é"])],
  ["a long head", piece([...plain, `x: ${"y".repeat(9_000)}`])],
])("%s is left to Node's HTTP server", (_, bytes) => {
  expect(directRequest(bytes)).toBeNull();
});

const server = createServer();
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** What Node's HTTP server takes a piece of bytes for; `null` where it refuses it or waits for more. */
async function asNodeReads(bytes: Buffer): Promise<object | null> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined).end(bytes);
  const read = new Promise<object>((resolve) => {
    server.once("request", (request: IncomingMessage) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        const body = Buffer.concat(chunks).toString("latin1");
        const match = hotMatch(method, url);
        resolve({ match, body, authorization: headers.authorization, givenId: headers["x-request-id"] });
      });
    });
  });
  const found = await Promise.race([read, once(socket, "close").then(() => null)]);
  server.removeAllListeners("request");
  socket.destroy();
  return found;
}

const ODD = [
  [" ", "\t", "\r", "\n", "\r\n", ":", ",", "\0", "\x7f", "é", "0", "-", "+", ";", "POST ", "chunked"],
  ["Content-Length: 3\r\n", "transfer-encoding: chunked\r\n", "host: b\r\n", " HTTP/1.1"],
].flat();
const odd = fc.constantFrom(...ODD);
const edits = fc.array(fc.tuple(fc.nat(), fc.nat(3), odd), { maxLength: 3 });

test("what is read of a garbled request is what Node reads of it", async () => {
  const whole = piece(plain).toString("latin1");
  const garbled = edits.map((all) =>
    all.reduce((text, [place, cut, put]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + put + text.slice(at + cut);
    }, whole),
  );
  await fc.assert(
    fc.asyncProperty(garbled, async (text) => {
      const bytes = Buffer.from(text, "latin1");
      const found = directRequest(bytes);
      if (found === null || found === "more") return;
      expect(await asNodeReads(bytes)).toEqual({ ...found, body: found.body.toString("latin1") });
    }),
    { numRuns: 3_000 },
  );
});
