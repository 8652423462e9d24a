import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { proxyTo, type Proxy } from "../suite/network.ts";
import { openChannelClient } from "./client.ts";
import { ReadChannel } from "./read-channel.ts";
import type { Reply } from "./reply-parser.ts";
import { respOf } from "./resp.ts";

let proxy: Proxy;
let channel: ReadChannel;
let opened = 0;
beforeEach(async () => {
  proxy = await proxyTo(inject("redisUrl"));
  channel = new ReadChannel(openChannelClient(proxy.url));
  opened = 0;
  channel.listen({ onOpen: () => (opened += 1), onClose: () => undefined, onPush: () => undefined });
  await channel.open();
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await channel.close();
});

/** What commands are settled with; not sent at all where there is no connection. */
function ask(...commands: readonly (readonly string[])[]): Promise<readonly Reply[] | null | "not sent"> {
  return new Promise((resolve) => {
    const text = commands.map(respOf).join("");
    const exchange = { commands: text, count: commands.length, settle: resolve };
    if (!channel.send(exchange, performance.now())) resolve("not sent");
  });
}

test("each exchange gets the replies to its own commands, however many are under way", async () => {
  const sizes = Array.from({ length: 3_000 }, (_, index) => 1 + (index % 4));
  const answers = await Promise.all(
    sizes.map((size, index) => ask(...Array.from({ length: size }, () => ["ECHO", `${index}`]))),
  );
  expect(answers.map((replies) => (replies as readonly Reply[]).map(String))).toEqual(
    sizes.map((size, index) => Array.from({ length: size }, () => `${index}`)),
  );
});

test("what waits when the connection is lost is told so, and the next connection serves", async () => {
  proxy.stall();
  const [first, second] = [ask(["PING"]), ask(["PING"])];
  await proxy.goDown();
  expect([await first, await second]).toEqual([null, null]);
  expect(await ask(["PING"])).toBe("not sent");
  await proxy.comeBack();
  await expect.poll(() => ask(["PING"])).toEqual(["PONG"]);
  expect(opened).toBe(2);
});

test("a connection is given up once something has waited for too long on it, not before", async () => {
  expect(await ask(["PING"])).toEqual(["PONG"]);
  channel.giveUpAfter(0, performance.now() + 1);
  expect(await ask(["PING"])).toEqual(["PONG"]);
  proxy.stall();
  const waiting = ask(["PING"]);
  const now = performance.now();
  channel.giveUpAfter(10_000, now + 9_000);
  expect(opened).toBe(1);
  channel.giveUpAfter(10_000, now + 10_001);
  expect(await waiting).toBeNull();
  await expect.poll(() => ask(["PING"])).toEqual(["PONG"]);
});
