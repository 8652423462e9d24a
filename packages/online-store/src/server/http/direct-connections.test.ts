import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { DirectConnections } from "./direct-connections.ts";
import type { HotExchange } from "./exchange.ts";

const PATH = "/api/v1/feature-service/get-features";
const request = (body: string, ...headers: readonly string[]): string =>
  [`POST ${PATH} HTTP/1.1`, "host: here", `content-length: ${body.length}`, ...headers, "", body].join(
    "\r\n",
  );

const soon = { timeout: 20_000, interval: 5 };

interface Serving {
  readonly server: Server;
  readonly direct: DirectConnections;
  readonly socket: Socket;
  /** Requests that were read directly and wait for their answer. */
  readonly asked: HotExchange[];
  /** All that came back. */
  readonly text: () => string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Node's server answers `node`, and what is read directly waits for the test. */
async function serve(): Promise<Serving> {
  const server = createServer((message, response) => {
    message.resume().once("end", () => response.end(`node ${message.method}`));
  });
  servers.push(server);
  const asked: HotExchange[] = [];
  const direct = new DirectConnections(server, (_, exchange) => void asked.push(exchange));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let text = "";
  socket.on("data", (piece) => (text += piece.toString("latin1")));
  socket.on("error", () => undefined);
  return { server, direct, socket, asked, text: () => text };
}

async function askedFor({ asked }: Serving, count: number): Promise<HotExchange> {
  await expect.poll(() => asked.length, soon).toBe(count);
  return asked[count - 1]!;
}

const answer = (exchange: HotExchange, value: unknown): void =>
  exchange.send(200, { "content-type": "application/json" }, JSON.stringify(value));

test("requests of one connection are answered one after another, whatever characters the answers hold", async () => {
  const serving = await serve();
  serving.socket.write(request("[1]", "authorization: Bearer a", "x-request-id: r"));
  const first = await askedFor(serving, 1);
  expect(first).toMatchObject({ authorization: "Bearer a", givenId: "r", address: "127.0.0.1" });
  expect((await first.body()).toString()).toBe("[1]");
  answer(first, ["é"]);
  await expect.poll(serving.text, soon).toContain('["Ã©"]');
  serving.socket.write(request("[2]"));
  answer(await askedFor(serving, 2), [2]);
  await expect.poll(serving.text, soon).toMatch(/\[2\]$/);
  const [head] = serving.text().split("\r\n\r\n");
  expect(head).toMatch(
    /^HTTP\/1\.1 200 OK\r\ncontent-type: application\/json\r\ncontent-length: 6\r\nDate: /,
  );
  expect(head).toContain("Connection: keep-alive");
});

test.each([
  ["another route", "GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n"],
  ["chunks", `POST ${PATH} HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
])("%s goes to Node, after requests that did not", async (_, other) => {
  const serving = await serve();
  serving.socket.write(request("[1]"));
  answer(await askedFor(serving, 1), [1]);
  await expect.poll(serving.text, soon).toMatch(/\[1\]$/);
  serving.socket.write(other);
  await expect.poll(serving.text, soon).toMatch(/node (?:GET|POST)$/);
  serving.socket.write(request("[2]"));
  await expect.poll(() => serving.text().split("node").length, soon).toBe(3);
  expect(serving.asked).toHaveLength(1);
});

test("a body that comes behind its head is waited for", async () => {
  const serving = await serve();
  for (const body of ["[1]", "[2]"]) {
    const [head, rest] = request(body).split(/(?<=\r\n\r\n)/) as [string, string];
    serving.socket.write(head);
    await new Promise((resolve) => setTimeout(resolve, 20));
    serving.socket.write(rest);
    answer(await askedFor(serving, Number(body[1])), [body]);
    await expect.poll(serving.text, soon).toContain(JSON.stringify([body]));
  }
  expect(serving.text()).not.toContain("node");
});

test("a request that comes in many pieces goes to Node, whole", async () => {
  const serving = await serve();
  serving.socket.setNoDelay(true);
  for (const part of request("[1]").match(/[^]{1,40}/g)!) {
    serving.socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await expect.poll(serving.text, soon).toMatch(/node POST$/);
  expect(serving.asked).toHaveLength(0);
});

test("a request that is sent before the last one is answered is answered behind it", async () => {
  const serving = await serve();
  serving.socket.write(request("[1]"));
  const first = await askedFor(serving, 1);
  serving.socket.write(request("[2]"));
  serving.socket.write("GET / HTTP/1.1\r\nhost: here\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(serving.text()).toBe("");
  answer(first, [1]);
  await expect.poll(serving.text, soon).toMatch(/\[1\]HTTP[^]*node POSTHTTP[^]*node GET$/);
});

test("who has said all it has to say still gets its answer", async () => {
  const serving = await serve();
  serving.socket.end(request("[1]"));
  const first = await askedFor(serving, 1);
  const closed = once(serving.socket, "close");
  answer(first, [1]);
  await closed;
  expect(serving.text()).toMatch(/Connection: close\r\n\r\n\[1\]$/);
});

test("an answer to who has gone is dropped", async () => {
  const serving = await serve();
  serving.socket.write(request("[1]"));
  const first = await askedFor(serving, 1);
  serving.socket.destroy();
  await once(serving.socket, "close");
  answer(first, [1]);
  const connections = () =>
    new Promise((resolve) => serving.server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections, soon).toBe(0);
  expect(() => answer(first, [1])).not.toThrow();
});

test("a server that closes closes what is idle, and what is answered behind the answer", async () => {
  const serving = await serve();
  const idle = connect((serving.server.address() as AddressInfo).port, "127.0.0.1");
  await once(idle, "connect");
  serving.socket.write(request("[1]"));
  const first = await askedFor(serving, 1);
  const closed = once(serving.server, "close");
  serving.server.close();
  serving.direct.closeIdle();
  await once(idle.resume(), "close");
  expect(serving.text()).toBe("");
  answer(first, [1]);
  await closed;
  await expect.poll(serving.text, soon).toMatch(/Connection: close\r\n\r\n\[1\]$/);
});

test("who does not read its answers is not read either", async () => {
  const serving = await serve();
  const large = "x".repeat(1 << 20);
  serving.socket.pause();
  let sent = 0;
  const ask = async (): Promise<void> => {
    serving.socket.write(request("[1]"));
    answer(await askedFor(serving, (sent += 1)), [large]);
  };
  await ask();
  for (let more = 0; more < 20; more++) serving.socket.write(request("[1]"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const unread = serving.asked.length;
  expect(unread).toBeLessThan(10);
  serving.socket.resume();
  await expect.poll(() => serving.text().split("HTTP/1.1 200").length, soon).toBe(22);
});
